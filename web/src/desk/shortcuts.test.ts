import { afterEach, describe, expect, it } from "vitest";
import { is_ours } from "./shortcuts";

function pressed(on: Element, init: KeyboardEventInit = {}): KeyboardEvent {
  let heard: KeyboardEvent | null = null;
  const hear = (event: Event) => (heard = event as KeyboardEvent);
  document.addEventListener("keydown", hear);
  on.dispatchEvent(new KeyboardEvent("keydown", { key: "j", bubbles: true, ...init }));
  document.removeEventListener("keydown", hear);
  if (heard === null) {
    throw new Error("not heard");
  }
  return heard;
}

describe("a shortcut", () => {
  afterEach(() => document.body.replaceChildren());

  it("is none while somebody types, or holds another key", () => {
    document.body.innerHTML = "<input /><button>x</button>";
    const [input, button] = [...document.body.children];
    expect(is_ours(pressed(button as Element))).toBe(true);
    expect(is_ours(pressed(input as Element))).toBe(false);
    expect(is_ours(pressed(button as Element, { ctrlKey: true }))).toBe(false);
    expect(is_ours(pressed(button as Element, { isComposing: true }))).toBe(false);
  });
  it("is none while a dialog is open", () => {
    document.body.innerHTML = "<button>x</button><dialog open></dialog>";
    expect(is_ours(pressed(document.body.children[0] as Element))).toBe(false);
  });
});
