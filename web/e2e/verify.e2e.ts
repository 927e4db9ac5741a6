// Anybody verifies a file; nothing is kept, and the page says so.
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { launch, open_page, picture } from "./support/browser";
import { press, tab_to } from "./support/keyboard";
import { look } from "./support/look";
import { type Office, root, start_office } from "./support/office";

const vectors = process.env["YX_VECTORS"] ?? join(root, "../shared/vectors");
let office: Office;
let browser: Browser;
let page: Page;
let wrong: string[];

/** Every file below a folder that holds these words. */
function files_with(folder: string, words: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    const kind = statSync(path, { throwIfNoEntry: false });
    return kind?.isDirectory() ? files_with(path, words) : kind?.isFile() && readFileSync(path).includes(words) ? [path] : [];
  });
}

beforeAll(async () => {
  [office, browser] = await Promise.all([start_office(), launch()]);
  ({ page, wrong } = await open_page(browser, { width: 1200, height: 900 }, { baseURL: office.hall }));
});
afterEach(async ({ task }) => {
  if (task.result?.state === "fail") {
    await picture(page, "failed-verify");
  }
});
afterAll(async () => {
  await browser?.close();
  await office?.stop();
});

describe("the verify page", () => {
  it("says what happens to the file before anything is chosen, and is come to by keyboard", async () => {
    await page.goto("/verify/");
    await page.getByText("不会被保存，也不会被转发").waitFor();
    await look(page, "verify-home");
    await tab_to(page, page.locator("#file"));
  });

  it("reports on a certificate of this house", async () => {
    await page.setInputFiles("#file", join(office.demo, "handed", "issuing.cer"));
    await page.locator(".verdict h2").waitFor();
    expect(await page.locator(".findings li").count()).toBeGreaterThan(0);
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe("H2");
    await look(page, "verify-certificate");
  });

  it("never takes for signed what is not, and keeps nothing of it", async () => {
    const words = `nothing but a note ${Math.random()}`;
    await press(page, page.getByRole("button", { name: "验证另一份文件" }));
    const told = page.waitForResponse((answer) => answer.url().endsWith("/api/v1/verify"));
    // As it is dropped by a mouse.
    await page.locator(".drop").dispatchEvent("drop", {
      dataTransfer: await page.evaluateHandle((text) => {
        const carried = new DataTransfer();
        carried.items.add(new File([text], "note.txt", { type: "text/plain" }));
        return carried;
      }, words),
    });
    await told;
    await page.getByRole("heading", { name: "不是可验证的文件" }).waitFor();
    const found = await page.locator(".verdict").getAttribute("data-verdict");
    expect(found).toBe("unreadable");
    await look(page, "verify-unsigned");
    // What the office writes openly is found by the same search.
    expect(files_with(join(office.folder, "data"), "BEGIN").concat(files_with(join(office.folder, "data"), "SQLite format 3")).length).toBeGreaterThan(0);
    expect(files_with(office.folder, words)).toEqual([]);
  });

  it("refuses an empty file without asking anybody", async () => {
    await page.goto("/verify/");
    const asked: string[] = [];
    page.on("request", (request) => asked.push(request.url()));
    await page.setInputFiles("#file", { name: "empty.ofd", mimeType: "application/ofd", buffer: Buffer.alloc(0) });
    await page.getByText("这是一个空文件。").waitFor();
    expect(asked).toEqual([]);
    await look(page, "verify-empty");
  });

  it("names each seal of a document, and what speaks against it", async ({ skip }) => {
    const invoice = join(vectors, "ofd", "invoice_v4_gomain_sealfile.ofd");
    skip(!existsSync(invoice), "the vectors are not here");
    await page.goto("/verify/");
    await page.setInputFiles("#file", invoice);
    await page.getByRole("heading", { name: "无法确定" }).first().waitFor();
    expect(await page.getByText("没有追溯到信任根").first().isVisible()).toBe(true);
    await look(page, "verify-ofd");
    await page.getByText("只看需要注意的").click();
    expect(await page.locator('.findings [data-level="pass"]').count()).toBe(0);
    await page.emulateMedia({ media: "print" });
    expect(await page.getByRole("button", { name: "打印报告" }).isVisible()).toBe(false);
    await page.emulateMedia({ media: "screen" });
  });

  it("says of a changed document that it is not what was signed", async ({ skip }) => {
    const changed = join(vectors, "ofd_negative", "page_content_changed.ofd");
    skip(!existsSync(changed), "the vectors are not here");
    await page.goto("/verify/");
    await page.setInputFiles("#file", changed);
    await page.locator('.verdict[data-verdict="invalid"]').waitFor();
    expect(await page.locator('.findings [data-level="fail"]').count()).toBeGreaterThan(0);
    await look(page, "verify-changed");
    expect(wrong).toEqual([]);
  });
});
