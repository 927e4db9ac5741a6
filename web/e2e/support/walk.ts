// What a requester does in the hall, step by step, as a person at the page does it.
import type { Browser, Page } from "playwright-core";
import { expect } from "vitest";
import type { Applicant } from "./applicant";
import { open_page, phone, picture } from "./browser";
import { at, type Office, sms_code } from "./office";
import { printed, stamped } from "./papers";

/** What the world outside knows of this applicant: carrier and bank. */
export async function introduce(office: Office, who: Applicant): Promise<void> {
  await at(office.place("carrier"), "/admin/subscribers", { name: who.requester.name, resident_id: who.requester.id_number, mobile: who.mobile });
  await at(office.place("direct_link"), "/admin/accounts", { number: who.account, name: who.unit });
}
export async function sign_in(page: Page, office: Office, mobile: string): Promise<void> {
  await page.getByLabel("手机号码").fill(mobile);
  await page.getByRole("button", { name: "获取验证码" }).click();
  await page.getByText("验证码已发送").waitFor();
  await page.getByLabel("短信验证码").fill(await sms_code(office, mobile));
  await page.getByRole("button", { name: "登录", exact: true }).click();
}
export async function agree(page: Page): Promise<void> {
  await page.getByRole("checkbox").first().waitFor();
  for (const tick of await page.getByRole("checkbox").all()) {
    await tick.check();
  }
  await page.getByRole("button", { name: "进入新办" }).click();
}
async function choose_region(page: Page, field: string, levels: readonly string[]): Promise<void> {
  for (const [level, name] of levels.entries()) {
    await page.locator(`#f-${field}${level === 0 ? "" : `-${level}`}`).selectOption(name);
  }
}
export async function fill_in(page: Page, who: Applicant): Promise<void> {
  const type = async (field: string, value: string): Promise<void> => {
    await page.locator(`#f-${field}`).fill(value);
    await page.locator(`#f-${field}`).blur();
  };
  await page.getByLabel("1年", { exact: true }).check();
  await page.locator(".amount").waitFor();
  await type("unit_name", who.unit);
  await type("unit_document_number", who.code);
  // Proposed from the credit code.
  await expect.poll(() => page.locator("#f-unit_region").inputValue()).toBe("广东省");
  await type("unit_address", "福田区样例路1号样例大厦8楼");
  await type("legal_name", who.legal.name);
  await type("legal_id_number", who.legal.id_number);
  await type("requester_name", who.requester.name);
  await type("requester_id_number", who.requester.id_number);
  await type("requester_mobile", who.mobile);
  await type("requester_mail", "sample@example.com");
  await type("requester_post", "商务经理");
  await choose_region(page, "mailing_region", ["广东省", "深圳市", "福田区"]);
  await type("mailing_address", "样例路1号样例大厦8楼801");
}
export async function print_form(page: Page, ask = () => page.getByRole("button", { name: "打印申请表" }).click()): Promise<Buffer> {
  const answered = page.waitForResponse((response) => response.url().endsWith("/application-form"));
  await ask();
  expect((await answered).status()).toBe(200);
  await page.getByText("已生成申请表第").waitFor();
  // The paper has opened in a tab of its own; a page behind it is drawn once a second.
  for (const other of page.context().pages().filter((each) => each !== page)) {
    await other.close();
  }
  await page.bringToFront();
  // The browser keeps a PDF to itself: the same paper once more, by the page's own session.
  const paper = await page.request.post((await answered).url(), { headers: { "X-Yinxin-Page": "1" }, data: {} });
  return Buffer.from(await paper.body());
}
export interface Papers {
  readonly form: Buffer;
  readonly licence: Buffer;
  readonly sheet: Buffer;
}
export async function prepare_papers(page: Page, form: Buffer, who: Applicant, ink = 0.92): Promise<Papers> {
  const id = /\/apply\/(YX\d+)\//.exec(page.url())?.[1] ?? "";
  const sheet = printed(Buffer.from(await (await page.request.get(`/api/v1/cases/${id}/impression-sheet`)).body()));
  const printed_form = printed(form);
  return {
    form: await stamped(page, printed_form, 150, 240, who.unit),
    licence: await stamped(page, sheet, 150, 250, who.unit),
    sheet: await stamped(page, sheet, 105, 137.5, who.unit, ink),
  };
}
export async function upload(page: Page, slot: string, file: Buffer, mime = "image/jpeg"): Promise<void> {
  await page.locator(`#pick-${slot}`).setInputFiles({ name: `${slot}.jpg`, mimeType: mime, buffer: file });
  const told = page.waitForResponse((response) => response.url().includes(`/materials/${slot}`) && response.request().method() === "PUT");
  await page.locator(".slot", { has: page.getByRole("button", { name: "上传", exact: true }) }).getByRole("button", { name: "上传", exact: true }).click();
  await told;
}
/** A photograph of nothing, another one for each `of`; the emulated reader knows what stands on it. */
export async function card(page: Page, office: Office, who: Applicant, side: "portrait" | "emblem", name = who.requester.name): Promise<Buffer> {
  const drawn = await page.evaluate((seed) => {
    const canvas = document.createElement("canvas");
    canvas.width = 1200;
    canvas.height = 760;
    const pen = canvas.getContext("2d");
    if (!pen) {
      throw new Error("no canvas");
    }
    pen.fillStyle = "#dfe9ee";
    pen.fillRect(0, 0, 1200, 760);
    for (let n = 0; n < 90; ++n) {
      pen.fillStyle = `hsl(${(n * 47 + seed.length * 31) % 360} 30% 60%)`;
      pen.fillRect((n * 137) % 1200, (n * 89) % 760, 60, 40);
    }
    pen.fillStyle = "#222";
    pen.font = "48px sans-serif";
    pen.fillText(seed, 80, 400);
    return canvas.toDataURL("image/jpeg", 0.9).split(",")[1] ?? "";
  }, `SAMPLE ${who.mobile} ${side} ${Math.random()}`);
  const picture = Buffer.from(drawn, "base64");
  await at(office.place("card_reader"), "/admin/cards", {
    picture: await sm3(picture),
    side,
    name,
    resident_id: who.requester.id_number,
    valid_from: "20200101",
    valid_to: "20400101",
  });
  return picture;
}
async function sm3(bytes: Buffer): Promise<string> {
  const { createHash } = await import("node:crypto");
  return createHash("sm3").update(bytes).digest("hex");
}

/** What the requester does on a phone, with the link that the hall has shown. */
export async function prove_identity(
  browser: Browser, office: Office, who: Applicant, link: string,
  on_the_way: { opened?: () => Promise<void>; look?: (page: Page, name: string) => Promise<void> } = {},
): Promise<void> {
  const look = on_the_way.look ?? (async () => undefined);
  const { page: there, context, wrong } = await open_page(browser, phone, { baseURL: office.hall, isMobile: true, hasTouch: true });
  await there.goto(new URL(link).pathname);
  await there.getByRole("heading", { name: "办理信息确认" }).waitFor();
  await look(there, "phone-1-confirm");
  await on_the_way.opened?.();
  await there.getByRole("button", { name: "是我本人，继续" }).click();
  for (const side of ["portrait", "emblem"] as const) {
    await there.getByRole("heading", { name: side === "portrait" ? "人像面" : "国徽面" }).waitFor();
    await look(there, `phone-${side === "portrait" ? 2 : 3}-${side}`);
    await there.locator("#album").setInputFiles({ name: `${side}.jpg`, mimeType: "image/jpeg", buffer: await card(there, office, who, side) });
    await there.getByRole("button", { name: "使用这张照片" }).click();
  }
  await there.getByRole("heading", { name: "信息核对" }).waitFor();
  await look(there, "phone-4-check");
  await there.getByRole("button", { name: "下一步" }).click();
  await there.getByRole("button", { name: "开始活体认证" }).click({ force: true });
  await there.getByText("请先勾选同意").waitFor();
  await look(there, "phone-5-notice");
  await there.getByRole("checkbox").check();
  await there.getByRole("button", { name: "开始活体认证" }).click();
  await there.waitForURL((url) => url.origin === new URL(office.place("face")).origin);
  if (on_the_way.look) {
    await picture(there, "phone-6-provider");
  }
  await there.locator('[value="pass"]').first().click();
  await there.getByRole("heading", { name: "认证通过" }).waitFor();
  await look(there, "phone-7-done");
  expect(wrong).toEqual([]);
  await context.close();
}
