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

/** What is on the picture of the page that is shown, in pixels; inside: where the invoice has its seal. */
async function ink_of(on: Page): Promise<{ width: number; height: number; dark: number; red_inside: number; red_outside: number }> {
  return on.locator(".sheet .page").evaluate(async (shown) => {
    const image = shown as HTMLImageElement;
    await image.decode();
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
    const context = canvas.getContext("2d");
    if (context === null) {
      throw new Error("this browser has no canvas");
    }
    context.drawImage(image, 0, 0);
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    const ink = { width: canvas.width, height: canvas.height, dark: 0, red_inside: 0, red_outside: 0 };
    const px_per_mm = canvas.width / 210;
    for (let at = 0; at < data.length; at += 4) {
      const [red = 0, green = 0, blue = 0] = [data[at], data[at + 1], data[at + 2]];
      ink.dark += red + green + blue < 384 ? 1 : 0;
      if (red > 200 && green < 80 && blue < 80) {
        const [x, y] = [((at / 4) % canvas.width) / px_per_mm, Math.floor(at / 4 / canvas.width) / px_per_mm];
        const is_inside = x >= 90 && x <= 120 && y >= 9 && y <= 29;
        ink[is_inside ? "red_inside" : "red_outside"] += 1;
      }
    }
    return ink;
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

  it("shows its pages, each seal in a frame where the signature puts it", async ({ skip }) => {
    const invoice = join(vectors, "ofd", "invoice_v4_gomain_sealfile.ofd");
    skip(!existsSync(invoice), "the vectors are not here");
    await page.goto("/verify/");
    await page.setInputFiles("#file", invoice);
    const sheet = page.locator(".sheet .page");
    await sheet.waitFor();
    await page.getByText("仅供对照，以验证结论为准").waitFor();
    // GM/T seal of an invoice: an ellipse in red, 90 9 30 20 mm of a page of 210 by 140.
    const first = await ink_of(page);
    expect([first.width, first.height]).toEqual([1240, 827]);
    expect(first.dark).toBeGreaterThan(10_000);
    expect(first.red_inside).toBeGreaterThan(1_000);
    expect(first.red_outside).toBe(0);
    expect(await page.locator(".places rect").evaluateAll((all) => all.map((each) => ["x", "y", "width", "height"].map((name) => each.getAttribute(name))))).toEqual([["90", "9", "30", "20"]]);
    expect(await page.locator(".seals li").innerText()).toContain("无法确定");
    await look(page, "verify-pages");
    expect(await page.getByRole("button", { name: "上一页" }).isDisabled()).toBe(true);
    await press(page, page.getByRole("button", { name: "下一页" }));
    await page.getByRole("img", { name: /第 2 页的图像/ }).waitFor();
    expect(await page.getByText("第 2 / 5 页").isVisible()).toBe(true);
    const second = await ink_of(page);
    expect([second.width, second.height]).toEqual([1240, 1754]);
    expect(second.dark).toBeGreaterThan(10_000);
    await page.getByText("没有任何签名在本页盖章").waitFor();
    const narrow_px = (await sheet.boundingBox())?.width ?? 0;
    await press(page, page.getByRole("button", { name: "放大" }));
    expect((await sheet.boundingBox())?.width ?? 0).toBeGreaterThan(1.4 * narrow_px);
    await look(page, "verify-pages-large");
    await press(page, page.getByRole("button", { name: "放大" }));
    await look(page, "verify-pages-2");
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
