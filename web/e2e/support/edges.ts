// What the files of edges share: an office and a browser, the picture of an edge for whoever judges its words, and what every
// page owes a person who is stuck.
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll } from "vitest";
import { expect_accessible } from "./axe";
import { launch, picture } from "./browser";
import { type Office, start_office } from "./office";

export async function look(page: Page, name: string): Promise<void> {
  await picture(page, `edge-${name}`);
  await expect_accessible(page, name);
}

/** Started before the first test of a file, gone after its last; a test that fails leaves pictures of what was open. */
export function at_the_edge(): { office: Office; browser: Browser } {
  const open = {} as { office: Office; browser: Browser };
  beforeAll(async () => {
    [open.office, open.browser] = await Promise.all([start_office(), launch()]);
  });
  afterEach(async ({ task }) => {
    if (task.result?.state === "fail") {
      const pages = open.browser.contexts().flatMap((each) => each.pages());
      await Promise.all(pages.map((page, at) => picture(page, `failed-${at}`)));
    }
  });
  afterAll(async () => {
    await open.browser?.close();
    await open.office?.stop();
  });
  return open;
}
