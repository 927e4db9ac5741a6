// What every screen has to stand up to: axe, a small telephone, twice the size; and a picture of it for people.
import type { Page } from "playwright-core";
import { expect_accessible, expect_narrow } from "./axe";
import { narrow, pc, picture, zoomed } from "./browser";

/** In the window that is open: a picture, and nothing that axe finds serious. */
export async function look_at(page: Page, name: string): Promise<void> {
  await picture(page, name);
  await expect_accessible(page, name);
}
/** The same, and nothing reaches out sideways at 200 % of a small PC's window nor on a narrow telephone. */
export async function look(page: Page, name: string): Promise<void> {
  await look_at(page, name);
  const usual = page.viewportSize() ?? pc;
  await page.setViewportSize(zoomed);
  await expect_narrow(page, `${name} at 200 %`);
  await page.setViewportSize(narrow);
  await expect_narrow(page, `${name} at ${narrow.width} px`);
  await picture(page, `${name}-${narrow.width}`);
  await page.setViewportSize(usual);
}
