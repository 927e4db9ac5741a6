// Debian's Chromium, headless, with a fresh profile; and pictures of every screen.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { root } from "./office";

export const screens = join(root, "build/web/screens");
export const pc = { width: 1280, height: 900 };
export const phone = { width: 390, height: 844 };
export const narrow = { width: 320, height: 640 };
/** A window of 1280 by 900 at 200 %. */
export const zoomed = { width: 640, height: 450 };

export async function launch(more: readonly string[] = []): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env["YX_CHROMIUM"] ?? "/usr/bin/chromium",
    args: [
      "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
      "--disable-component-update", "--disable-sync", ...more,
    ],
  });
}

/** What a page may not do: throw, or try what its policy forbids. */
export function watch_page(page: Page): string[] {
  const wrong: string[] = [];
  page.on("pageerror", (error) => wrong.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error" && !/Failed to load resource/.test(message.text())) {
      wrong.push(message.text());
    }
  });
  return wrong;
}

export async function open_page(browser: Browser, viewport = pc, more: Parameters<Browser["newContext"]>[0] = {}): Promise<{ context: BrowserContext; page: Page; wrong: string[] }> {
  const context = await browser.newContext({ viewport, locale: "zh-CN", timezoneId: "Asia/Shanghai", reducedMotion: "reduce", ...more });
  context.setDefaultTimeout(30_000);
  const page = await context.newPage();
  return { context, page, wrong: watch_page(page) };
}

export async function picture(page: Page, name: string): Promise<void> {
  mkdirSync(screens, { recursive: true });
  // What a dialog covers is as large as the window.
  const is_covered = (await page.locator("dialog[open]").count()) > 0;
  await page.screenshot({ path: join(screens, `${name}.png`), fullPage: !is_covered });
}
