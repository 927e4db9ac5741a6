// What the files of edges share: the picture of an edge for whoever judges its words, and what every page owes a person who is
// stuck.
import type { Page } from "playwright-core";
import { expect_accessible } from "./axe";
import { picture } from "./browser";

export async function look(page: Page, name: string): Promise<void> {
  await picture(page, `edge-${name}`);
  await expect_accessible(page, name);
}
