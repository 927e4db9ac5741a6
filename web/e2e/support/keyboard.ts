// Somebody without a mouse: Tab, Enter, Space, arrows and letters, and always an eye on where the focus is.
import type { Locator, Page } from "playwright-core";
import { expect } from "vitest";

const most_tabs = 150;

/** Whoever has the focus can be seen: it stands in the window, and the browser or the page draws something around it. */
export async function expect_focus_seen(page: Page, what: string): Promise<void> {
  // What slides in has come after a moment.
  const seen = (): Promise<string> => page.evaluate(() => {
    const draws = (each: Element): boolean => {
      const style = getComputedStyle(each);
      return (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1) || style.boxShadow !== "none";
    };
    const at = document.activeElement;
    if (at === null || at === document.body) {
      return "nobody has the focus";
    }
    // A field that is drawn by its label shows it there.
    const box = at.getBoundingClientRect();
    const shown = box.width > 2 && box.height > 2 ? at : (at.closest("label") ?? at);
    const place = shown.getBoundingClientRect();
    const is_inside = place.bottom > 0 && place.top < innerHeight && place.right > 0 && place.left < innerWidth;
    return !is_inside ? `out of the window: ${shown.outerHTML.slice(0, 200)}` : draws(shown) ? "" : `no mark around ${shown.outerHTML.slice(0, 200)}`;
  });
  await expect.poll(seen, { message: what }).toBe("");
}
const has_focus = (wanted: Locator): Promise<boolean> => wanted.evaluate((each) => each === document.activeElement);

/** Tab until it has the focus; and there it is seen. */
export async function tab_to(page: Page, wanted: Locator): Promise<void> {
  await wanted.waitFor({ state: "attached" });
  for (let tabs = 0; tabs < most_tabs; ++tabs) {
    if (await has_focus(wanted)) {
      await expect_focus_seen(page, String(wanted));
      return;
    }
    await page.keyboard.press("Tab");
  }
  throw new Error(`no way to ${wanted} by Tab`);
}
export async function press(page: Page, wanted: Locator, key = "Enter"): Promise<void> {
  await tab_to(page, wanted);
  await page.keyboard.press(key);
}
/** Into a field; what stood there goes. */
export async function type_into(page: Page, wanted: Locator, text: string): Promise<void> {
  await tab_to(page, wanted);
  await page.keyboard.press("Control+A");
  await page.keyboard.type(text);
  expect(await wanted.inputValue()).toBe(text);
}
/** Arrow by arrow down a list, until the wanted one is chosen. */
export async function choose(page: Page, wanted: Locator, label: string): Promise<void> {
  await tab_to(page, wanted);
  const chosen = (): Promise<string> => wanted.evaluate((each: HTMLSelectElement) => each.selectedOptions[0]?.label.trim() ?? "");
  const options = await wanted.evaluate((each: HTMLSelectElement) => each.options.length);
  for (let n = 0; n <= options && (await chosen()) !== label; ++n) {
    await page.keyboard.press("ArrowDown");
  }
  expect(await chosen()).toBe(label);
}
