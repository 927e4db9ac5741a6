// Somebody who tries the whole alone: what comes from outside he sees and does on the emulated phone's pages, and nowhere
// else. The hall from login to payment; no admin door is asked.
import { readFileSync } from "node:fs";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { expect_accessible, expect_narrow } from "./support/axe";
import { launch, narrow, open_page, phone, picture, watch_page } from "./support/browser";
import { type Office, start_office } from "./support/office";
import { agree, fill_in, upload } from "./support/walk";

let office: Office;
let browser: Browser;
let context: BrowserContext;
let hall: Page;
let handset: Page;
let wrong: string[];
let hall_wrong: string[];
/** What the phone drew, read from its fields. */
const who: Record<string, string> = {};

async function look(on: Page, name: string): Promise<void> {
  await on.evaluate(() => window.scrollTo({ top: 0 }));
  await picture(on, name);
  await expect_accessible(on, name);
  const usual = on.viewportSize() ?? phone;
  await on.setViewportSize(narrow);
  await expect_narrow(on, name);
  await picture(on, `${name}-320`);
  await on.setViewportSize(usual);
}
async function screen(name: string): Promise<void> {
  await handset.getByRole("navigation").getByRole("link", { name }).click();
  await handset.getByRole("heading", { level: 1 }).waitFor();
  expect(await handset.getByText("演示：所有短信、打款和证件都是模拟的").isVisible()).toBe(true);
}
/** Pressed on the page; the bytes that its person then has as a file. */
async function saved(press: () => Promise<void>, on: Page = handset): Promise<{ name: string; bytes: Buffer }> {
  const [download] = await Promise.all([on.waitForEvent("download"), press()]);
  return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) };
}

beforeAll(async () => {
  [office, browser] = await Promise.all([start_office(), launch()]);
  ({ context, page: handset, wrong } = await open_page(browser, phone, { baseURL: office.place("emulated_phone"), permissions: ["clipboard-read", "clipboard-write"] }));
  const pc = await open_page(browser, undefined, { baseURL: office.hall });
  hall = pc.page;
  hall_wrong = pc.wrong;
});
afterEach(async ({ task }) => {
  if (task.result?.state === "fail") {
    await Promise.all([picture(handset, "failed-phone"), picture(hall, "failed")]);
  }
});
afterAll(async () => {
  await browser?.close();
  await office?.stop();
});

describe("the emulated phone", () => {
  it("is marked as a demonstration on every screen, in both languages", async () => {
    await handset.goto("/");
    await handset.getByText("还没有短信").waitFor();
    for (const [name, file] of [["短信", "messages"], ["支付", "pay"], ["银行", "bank"], ["人物", "people"], ["盖章", "stamp"]] as const) {
      await screen(name);
      await look(handset, `emulated-${file}-empty`);
    }
    await handset.getByRole("button", { name: "English" }).click();
    await handset.getByText("Demonstration: all messages, payments and cards are emulated").waitFor();
    await picture(handset, "emulated-stamp-en");
    await handset.getByRole("button", { name: "中文" }).click();
  });
  it("obeys no page of another origin", async () => {
    // A page that has no policy of its own, of another port.
    const stranger = await context.newPage();
    await stranger.goto(`${office.place("sms")}/admin/messages`);
    const told = await stranger.evaluate(async (address) => {
      const body = JSON.stringify({ name: "张样安", resident_id: "11010519491231002X", mobile: "13900000001" });
      const door = `${address}/phone/v1/carrier/subscribers`;
      // Without the mark a browser sends it unasked; with it, the browser asks first and is refused.
      await fetch(door, { method: "POST", mode: "no-cors", body });
      return Promise.all(
        [fetch(door, { method: "POST", headers: { "X-Yinxin-Page": "1" }, body }), fetch(door)].map((asked) => asked.then(() => "answered", () => "refused")),
      );
    }, office.place("emulated_phone"));
    expect(told).toEqual(["refused", "refused"]);
    expect(await (await handset.request.get("/phone/v1/carrier/subscribers")).json()).toEqual([]);
    await stranger.close();
  });
  it("draws a person and a unit, and makes carrier and bank know them", async () => {
    await screen("人物");
    await handset.getByRole("button", { name: "登记到运营商和银行" }).click();
    await handset.getByText("请先填写姓名").waitFor();
    await handset.getByRole("button", { name: "随机生成" }).click();
    for (const field of ["unit", "credit_code", "legal_name", "legal_id", "name", "resident_id", "mobile", "account"]) {
      who[field] = await handset.locator(`#sample-${field}`).inputValue();
      expect(who[field]).not.toBe("");
    }
    await handset.getByRole("button", { name: "登记到运营商和银行" }).click();
    await handset.getByText("已登记：运营商认识这个号码").waitFor();
    await handset.getByText(`${who["mobile"]} ${who["name"]}`).waitFor();
    await handset.getByRole("button", { name: "复制统一社会信用代码" }).click();
    await expect.poll(() => handset.evaluate(() => navigator.clipboard.readText())).toBe(who["credit_code"]);
    await look(handset, "emulated-people");
  });
  it("shows the code by which its person logs in to the hall", async () => {
    await screen("短信");
    await hall.goto(`/apply?projectId=${office.project}`);
    await hall.getByLabel("手机号码").fill(who["mobile"] ?? "");
    await hall.getByRole("button", { name: "获取验证码" }).click();
    await hall.getByText("验证码已发送").waitFor();
    const bubble = handset.locator(".bubble").first();
    await bubble.waitFor();
    const code = /验证码(\d{4,8})，/.exec((await bubble.textContent()) ?? "")?.[1] ?? "";
    expect(code).not.toBe("");
    await handset.getByLabel("手机号码").fill("13800000000");
    await handset.getByText("还没有短信").waitFor();
    await handset.getByRole("button", { name: who["mobile"] ?? "", exact: true }).click();
    await bubble.waitFor();
    await look(handset, "emulated-messages");
    await handset.getByRole("button", { name: `复制验证码 ${code}` }).click();
    await expect.poll(() => handset.evaluate(() => navigator.clipboard.readText())).toBe(code);
    await hall.getByLabel("短信验证码").fill(code);
    await hall.getByRole("button", { name: "登录", exact: true }).click();
    await hall.waitForURL(/\/apply\/agreement/);
  });
  it("has what the entry asks for", async () => {
    await agree(hall);
    await hall.getByRole("button", { name: "下一步" }).click();
    await hall.getByRole("dialog").getByRole("button", { name: "确认" }).click();
    await fill_in(hall, {
      mobile: who["mobile"] ?? "",
      unit: who["unit"] ?? "",
      code: who["credit_code"] ?? "",
      legal: { name: who["legal_name"] ?? "", id_number: who["legal_id"] ?? "" },
      requester: { name: who["name"] ?? "", id_number: who["resident_id"] ?? "" },
      account: who["account"] ?? "",
    });
    await hall.getByText("已保存").waitFor();
    await hall.getByRole("button", { name: "下一步" }).click();
    await hall.waitForURL(/\/form$/);
  });
  it("stamps the printed form and the impression sheet without printer or scanner", async () => {
    const printed = hall.waitForResponse((response) => response.url().endsWith("/application-form"));
    await hall.getByRole("button", { name: "打印申请表" }).click();
    await printed;
    await hall.getByText("已生成申请表第").waitFor();
    const form = await saved(() => hall.getByRole("link", { name: "下载申请表" }).click(), hall);
    await hall.bringToFront();
    await hall.getByRole("button", { name: "下一步" }).click();
    await hall.waitForURL(/\/materials$/);
    const template = await hall.getByRole("link", { name: "下载采集表" }).getAttribute("href");
    const sheet = Buffer.from(await (await hall.request.get(template ?? "")).body());

    await screen("盖章");
    await handset.locator("#paper").setInputFiles({ name: "no.pdf", mimeType: "application/pdf", buffer: Buffer.from("no PDF") });
    await handset.getByText("这个文件里没有能显示的这一页").waitFor();
    const stamp = async (pdf: Buffer, place: string, file: string): Promise<Buffer> => {
      await handset.locator("#paper").setInputFiles({ name: file, mimeType: "application/pdf", buffer: pdf });
      await handset.getByText("已盖0个章").waitFor();
      await handset.getByRole("button", { name: place }).click();
      await handset.getByRole("button", { name: "在此位置盖章" }).click();
      await handset.getByText("已盖1个章").waitFor();
      return (await saved(() => handset.getByRole("button", { name: "下载JPEG" }).click())).bytes;
    };
    const stamped_form = await stamp(form.bytes, "申请表签章处", "form.pdf");
    await look(handset, "emulated-stamp-form");
    const stamped_sheet = await stamp(sheet, "印模采集表中央", "sheet.pdf");
    await look(handset, "emulated-stamp-sheet");
    await handset.locator("canvas.paper").click({ position: { x: 60, y: 60 } });
    await handset.getByText("已盖2个章").waitFor();
    await handset.getByRole("button", { name: "撤销上一个章" }).click();
    await handset.getByText("已盖1个章").waitFor();
    for (const [slot, file] of [["application_form", stamped_form], ["licence", stamped_sheet], ["impression_sheet", stamped_sheet]] as const) {
      await upload(hall, slot, file);
      await hall.locator(".slot", { has: hall.locator(`#pick-${slot}`) }).getByText("已上传").waitFor();
    }
    await hall.getByText("电子签章将显示为").waitFor();
    await picture(hall, "emulated-hall-materials");
    await hall.getByRole("button", { name: "下一步" }).click();
    await hall.waitForURL(/\/identity$/);
  });
  it("makes cards that the reader knows, and lets the face pass", async () => {
    await screen("人物");
    const cards = {
      portrait: await saved(() => handset.getByRole("button", { name: "登记并下载人像面" }).click()),
      emblem: await saved(() => handset.getByRole("button", { name: "登记并下载国徽面" }).click()),
    };
    await handset.getByText("国徽面已登记并下载").waitFor();
    const there = await context.newPage();
    const there_wrong = watch_page(there);
    await there.goto((await hall.locator(".phone-link").getAttribute("href")) ?? "");
    await there.getByRole("button", { name: "是我本人，继续" }).click();
    for (const side of ["portrait", "emblem"] as const) {
      await there.getByRole("heading", { name: side === "portrait" ? "人像面" : "国徽面" }).waitFor();
      await there.locator("#album").setInputFiles({ name: cards[side].name, mimeType: "image/jpeg", buffer: cards[side].bytes });
      await there.getByRole("button", { name: "使用这张照片" }).click();
    }
    await there.getByRole("heading", { name: "信息核对" }).waitFor();
    await there.getByRole("button", { name: "下一步" }).click();
    await there.getByRole("checkbox").check();
    await there.getByRole("button", { name: "开始活体认证" }).click();
    await there.getByText("样例 · 并非真实核验").waitFor();
    await look(there, "emulated-face");
    await there.getByRole("button", { name: /^通过/ }).click();
    await there.getByRole("heading", { name: "认证通过" }).waitFor();
    expect(there_wrong).toEqual([]);
    await there.close();
    await hall.getByText("认证通过", { exact: true }).waitFor();
    await hall.getByRole("button", { name: "下一步" }).click();
    await hall.waitForURL(/\/pay$/);
  });
  it("pays the order of the hall's code, once", async () => {
    await screen("支付");
    await hall.getByLabel("微信支付").check();
    await hall.locator("#f-account_bank").fill("中国工商银行深圳福田支行");
    await hall.locator("#f-account_number").fill(who["account"] ?? "");
    await hall.getByRole("button", { name: "去支付" }).click();
    await hall.getByText("请使用微信支付扫码付款").waitFor();
    const order = handset.locator(".order").first();
    await order.getByText("待支付").waitFor();
    await look(handset, "emulated-pay");
    const path = "/phone/v1/wechat_pay/orders";
    const [first] = (await (await handset.request.get(path)).json()) as { number: string }[];
    expect((await handset.request.post(`${path}/${first?.number}/pay`, { data: {} })).status()).toBe(403);
    await order.getByRole("button", { name: /^支付/ }).click();
    await order.getByText("已支付").waitFor();
    await picture(handset, "emulated-pay-paid");
    expect((await handset.request.post(`${path}/${first?.number}/pay`, { data: {}, headers: { "X-Yinxin-Page": "1" } })).status()).toBe(409);
    await hall.getByRole("heading", { name: "提交成功" }).waitFor();
  });
  it("shows the deposit with its remark, and takes a corporate transfer", async () => {
    await screen("银行");
    await handset.getByLabel("账户", { exact: true }).selectOption(who["account"] ?? "");
    await handset.locator(".entries .remark").first().waitFor();
    expect((await handset.locator(".entries .remark").first().textContent())?.trim()).not.toBe("");
    await handset.getByText("+¥0.01").waitFor();
    await handset.getByRole("button", { name: "转账", exact: true }).click();
    await handset.getByText("请填写大于0的金额").waitFor();
    expect(await handset.evaluate(() => document.activeElement?.id)).toBe("amount");
    await look(handset, "emulated-bank-wrong");
    await handset.getByLabel("金额（元）").fill("200.00");
    await handset.getByLabel("附言（网上营业厅给出的转账备注）").fill("YX20260000000001");
    await handset.getByRole("button", { name: "转账", exact: true }).click();
    await handset.getByText("已转出 ¥200.00").waitFor();
    await handset.getByText("收入 ¥200.00").waitFor();
    await look(handset, "emulated-bank");
    expect(wrong).toEqual([]);
    expect(hall_wrong).toEqual([]);
  });
});
