import { nextTick } from "vue";

/** The field's control takes the focus, once it shows what is wrong with it. */
export function focus_field(name: string): void {
  void nextTick(() => {
    const found = document.getElementById(`f-${name}`);
    found?.focus();
    found?.scrollIntoView({ block: "center" });
  });
}

/** The first of these names, in the order of the page. */
export function focus_first(names: readonly string[]): void {
  void nextTick(() => {
    const all = names.map((name) => document.getElementById(`f-${name}`)).filter((each) => each !== null);
    all.sort((a, b) => (a.compareDocumentPosition(b) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1));
    all[0]?.focus();
    all[0]?.scrollIntoView({ block: "center" });
  });
}
