// One key, one deed. A key that is typed into a field is the field's, and a dialog that is open has the keyboard for
// itself.
import { onBeforeUnmount, onMounted } from "vue";

export type Keys = Record<string, (event: KeyboardEvent) => void>;

function is_typing(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}

export function is_ours(event: KeyboardEvent): boolean {
  return (
    !event.ctrlKey && !event.metaKey && !event.altKey && !event.isComposing && !event.defaultPrevented &&
    !is_typing(event.target) && document.querySelector("dialog[open]") === null
  );
}

/** While the component stands. */
export function use_keys(keys: Keys): void {
  const heard = (event: KeyboardEvent) => {
    const deed = keys[event.key];
    if (deed !== undefined && is_ours(event)) {
      event.preventDefault();
      deed(event);
    }
  };
  onMounted(() => document.addEventListener("keydown", heard));
  onBeforeUnmount(() => document.removeEventListener("keydown", heard));
}
