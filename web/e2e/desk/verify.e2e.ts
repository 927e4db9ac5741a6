// Anybody verifies a file; nothing is kept, and the page says so.
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fits, launch, look_at, tab_to } from "./browser";
import { Office } from "./office";

const vectors = process.env["YX_VECTORS"] ?? "";
let office: Office;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  [office, browser] = await Promise.all([Office.start(), launch()]);
  page = await browser.newPage({ viewport: { width: 1200, height: 900 }, locale: "zh-CN" });
});
afterAll(async () => {
  await browser?.close();
  await office?.stop();
});

describe("the verify page", () => {
  it("says what happens to the file before anything is chosen", async () => {
    await page.goto(`${office.hall}/verify/`);
    await page.getByText("不会被保存，也不会被转发").waitFor();
    await look_at(page, "verify-home");
    await fits(page);
    await tab_to(page, "#file");
  });

  it("reports on a certificate of this house", async () => {
    await page.setInputFiles("#file", join(office.demo, "handed", "issuing.cer"));
    await page.locator(".verdict h2").waitFor();
    expect(await page.locator(".findings li").count()).toBeGreaterThan(0);
    await look_at(page, "verify-certificate");
    await fits(page);
  });

  it("never takes for signed what is not", async () => {
    await page.getByRole("button", { name: "验证另一份文件" }).click();
    await page.setInputFiles("#file", { name: "note.txt", mimeType: "text/plain", buffer: Buffer.from("no signature here") });
    const verdict = page.locator(".verdict");
    await verdict.or(page.locator(".problem")).first().waitFor();
    const words = (await verdict.count()) > 0 ? await verdict.getAttribute("data-verdict") : "refused";
    expect(["unsigned", "invalid", "indeterminate", "other", "refused"]).toContain(words);
    await look_at(page, "verify-unsigned");
  });

  it("refuses an empty file without asking anybody", async () => {
    await page.goto(`${office.hall}/verify/`);
    await page.setInputFiles("#file", { name: "empty.ofd", mimeType: "application/ofd", buffer: Buffer.alloc(0) });
    await page.getByText("这是一个空文件。").waitFor();
  });

  it.skipIf(!existsSync(join(vectors, "ofd")))("names each seal of a document, and what speaks against it", async () => {
    await page.goto(`${office.hall}/verify/`);
    await page.setInputFiles("#file", join(vectors, "ofd", "invoice_v4_gomain_sealfile.ofd"));
    await page.getByRole("heading", { name: "无法确定" }).first().waitFor();
    expect(await page.getByText("没有追溯到信任根").first().isVisible()).toBe(true);
    await look_at(page, "verify-ofd");
    await page.getByText("只看需要注意的").click();
    expect(await page.locator('.findings [data-level="pass"]').count()).toBe(0);
  });
});
