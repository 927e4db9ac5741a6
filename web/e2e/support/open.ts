// An office and a browser of a file's own.
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll } from "vitest";
import { launch, picture } from "./browser";
import { type Office, type OfficeWish, start_office } from "./office";

/** Started before the first test of a file, gone after its last; a test that fails leaves pictures of what was open. */
export function open_office(wish: OfficeWish = {}): { office: Office; browser: Browser } {
  const open = {} as { office: Office; browser: Browser };
  beforeAll(async () => {
    [open.office, open.browser] = await Promise.all([start_office(wish), launch()]);
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
