// One case from the first page to a stamped contract that anybody verifies: a requester who has nothing but a phone, three
// officers, the holder, and a stranger.
import { X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Agent } from "./support/agent";
import { draw_applicant } from "./support/applicant";
import { open_page, pc, phone } from "./support/browser";
import { Holder } from "./support/holder";
import { look_at } from "./support/look";
import { document_of } from "./support/ofd";
import { at } from "./support/office";
import { Officers } from "./support/officers";
import { open_office } from "./support/open";
import { Station } from "./support/station";
import { agree, fill_in, introduce, prepare_papers, print_form, prove_identity, sign_in, upload } from "./support/walk";

const here = open_office();
const who = draw_applicant();
let agent: Agent;
let page: Page;
let wrong: string[];
let officers: Officers;
let number = "";
let seal: Buffer = Buffer.alloc(0);
const button = (name: string) => page.getByRole("button", { name, exact: true });

beforeAll(async () => {
  agent = await Agent.start(here.office);
  await introduce(here.office, who);
  ({ page, wrong } = await open_page(here.browser, phone, { baseURL: here.office.hall, isMobile: true, hasTouch: true }));
  officers = new Officers((await open_page(here.browser, { width: 1440, height: 900 }, { baseURL: here.office.desk })).page, agent);
});
afterAll(() => agent?.stop());

describe("a requester who has only a phone", () => {
  it("comes by the platform's link, logs in, agrees and fills the form in", async () => {
    await page.goto(`/apply?projectId=${here.office.project}`);
    await look_at(page, "mobile-login");
    await sign_in(page, here.office, who.mobile);
    await page.waitForURL(/\/apply\/agreement/);
    await look_at(page, "mobile-agreement");
    await agree(page);
    await page.waitForURL(/\/seal$/);
    await look_at(page, "mobile-seal");
    await button("下一步").click();
    await page.getByRole("dialog").getByRole("button", { name: "确认" }).click();
    await page.waitForURL(/\/info$/);
    await fill_in(page, who);
    await page.getByText("已保存").waitFor();
    await look_at(page, "mobile-info");
    await button("下一步").click();
    await page.waitForURL(/\/form$/);
    number = /(YX\d{15,16})/.exec(page.url())?.[1] ?? "";
  });
  it("prints the form elsewhere, and hands in photographs of the papers", async () => {
    const form = await print_form(page);
    await look_at(page, "mobile-form");
    await button("下一步").click();
    await page.waitForURL(/\/materials$/);
    const papers = await prepare_papers(page, form, who);
    await page.locator("#pick-licence").waitFor({ state: "attached" });
    for (const [slot, file] of [["application_form", papers.form], ["licence", papers.licence], ["impression_sheet", papers.sheet]] as const) {
      await upload(page, slot, file);
      await page.locator(".slot", { has: page.locator(`#pick-${slot}`) }).getByText("已上传").waitFor();
    }
    await look_at(page, "mobile-materials");
    await button("下一步").click();
    await page.waitForURL(/\/identity$/);
  });
  it("needs no second device to prove who it is, and pays", async () => {
    const link = page.getByRole("link", { name: "在这部手机上认证" });
    await link.waitFor();
    await look_at(page, "mobile-identity");
    await prove_identity(here.browser, here.office, who, (await link.getAttribute("href")) ?? "");
    await page.getByText("认证通过", { exact: true }).waitFor();
    await button("下一步").click();
    await page.waitForURL(/\/pay$/);
    await page.getByLabel("微信支付").check();
    await page.locator("#f-account_bank").fill("中国工商银行深圳福田支行");
    await page.locator("#f-account_number").fill(who.account);
    await look_at(page, "mobile-pay");
    await button("去支付").click();
    await page.locator("img.qr").waitFor();
    expect(await page.getByText("请用另一部手机扫描此码").isVisible()).toBe(true);
    await look_at(page, "mobile-pay-code");
    const order = /YX\d+-\d+/.exec((await page.locator(".handover").textContent()) ?? "")?.[0] ?? "";
    await at(here.office.place("wechat_pay"), `/admin/orders/${order}/pay`, {});
    await page.getByRole("heading", { name: "提交成功" }).waitFor();
    await look_at(page, "mobile-done");
    expect(wrong).toEqual([]);
  });
});

describe("the office", () => {
  it("accepts: one officer", async () => {
    await officers.log_in("registration");
    await officers.open(number);
    await officers.does("开始办理");
    await officers.does("重新核验");
    expect(await officers.signs("受理")).toContain(who.unit);
    await officers.stands_at("待复核");
  });
  it("approves: another", async () => {
    await officers.log_in("review");
    await officers.open(number);
    expect(await officers.signs("复核通过")).toContain(who.unit);
    await officers.stands_at("待制证");
  });
  it("makes UKey, certificates and seal, and sends them", async () => {
    await officers.log_in("production");
    const station = new Station(here.office, number);
    await station.key();
    await officers.page.goto("/production");
    await officers.page.getByRole("link", { name: number }).click();
    await officers.does("签发证书", "签发");
    const made = officers.page.waitForResponse((answer) => answer.url().endsWith("/seal"));
    await officers.press("制作印章");
    seal = Buffer.from(((await (await made).json()) as { seal: string }).seal, "base64");
    await station.write();
    await officers.log_in("registration");
    await officers.page.goto(`/cases/${number}`);
    await officers.does("叫快递寄出");
    await officers.stands_at("已寄出");
  });
});

describe("what came of it", () => {
  let contract: Buffer = Buffer.alloc(0);
  it("is a UKey that the holder takes over with the bank's secret; the case says that it is done", async () => {
    const holder = new Holder(here.office, who.mobile);
    await page.goto(`/me/cases/${number}`);
    await page.getByText("现在轮到：快递公司").waitFor();
    await page.getByText("（第1版）").waitFor();
    await look_at(page, "mobile-case-shipped");
    await page.getByRole("link", { name: "我的证书和印章" }).last().click();
    await page.getByText("UKey尚未激活，激活后才能使用。").waitFor();
    expect(await page.locator(".ukey .chip").allTextContents()).toEqual(Array<string>(4).fill("• 未启用"));
    await look_at(page, "mobile-certificates-shipped");
    const secret = await holder.secret(number);
    expect(secret).toMatch(/^\d{8}$/);
    await holder.takes_over(secret);
    await page.goto(`/me/cases/${number}`);
    await page.getByText("已办结").first().waitFor();
    await look_at(page, "mobile-case-completed");
    await page.goto("/me/certificates");
    await page.locator(".ukey .chip-good").first().waitFor();
    expect(await page.locator(".ukey .chip").allTextContents()).toEqual(Array<string>(4).fill("✓ 有效"));
    expect(await page.locator(".ukey").getByText(who.unit).count()).toBeGreaterThan(1);
    await look_at(page, "mobile-certificates");
    const kept = page.waitForEvent("download");
    await page.getByRole("link", { name: "下载证书 签名证书" }).click();
    expect(new X509Certificate(await readFile(await (await kept).path())).subject).toContain(who.unit);
    contract = await holder.stamps(seal, document_of(["工程承包合同", `承包方：${who.unit}`, "合同金额：人民币壹拾万元整"]));
  });
  it("is a contract under the seal, which a stranger finds valid, and no longer when a word of it is changed", async () => {
    const public_page = await open_page(here.browser, pc, { baseURL: here.office.hall });
    const stranger = public_page.page;
    await stranger.goto("/verify/");
    await stranger.setInputFiles("#file", { name: "contract.ofd", mimeType: "application/ofd", buffer: contract });
    await stranger.locator('.verdict[data-verdict="valid"]').waitFor();
    await stranger.getByText(who.unit).first().waitFor();
    // The contract's page, and the frame of the seal on it.
    const drawn = stranger.locator("img.page");
    await expect.poll(() => drawn.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(400);
    expect(await stranger.locator("svg.places > *").count()).toBeGreaterThan(0);
    expect(await stranger.locator(".not_shown").count()).toBe(0);
    await look_at(stranger, "story-verified");
    const changed = Buffer.from(contract);
    const word = changed.indexOf("Content.xml") + 200; // inside the page that was packed
    changed[word] = (changed[word] ?? 0) ^ 1;
    await stranger.getByRole("button", { name: "验证另一份文件" }).click();
    await stranger.setInputFiles("#file", { name: "changed.ofd", mimeType: "application/ofd", buffer: changed });
    await stranger.locator('.verdict[data-verdict="invalid"]').waitFor();
    await look_at(stranger, "story-changed");
    expect(public_page.wrong).toEqual([]);
  });
});
