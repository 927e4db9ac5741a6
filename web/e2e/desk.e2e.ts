// Officers with UKeys and without a mouse: from the login over a return and both approvals to a UKey on its way, and the
// seal of it verified by anybody.
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { Agent } from "./support/agent";
import { launch, open_page, picture } from "./support/browser";
import { Customer } from "./support/customer";
import { press, tab_to, type_into } from "./support/keyboard";
import { look, look_at } from "./support/look";
import { type Office, start_office } from "./support/office";
import { Station } from "./support/station";

const desktop = { width: 1440, height: 900 };
let office: Office;
let agent: Agent;
let browser: Browser;
let page: Page;
let wrong: string[];
let customer: Customer;
let number = "";
let seal = "";

async function log_in(name: string, heading = "业务队列"): Promise<void> {
  await press(page, page.locator(".devices li", { hasText: name }).getByRole("button"));
  await agent.types_pin();
  await page.getByRole("heading", { level: 1, name: heading }).waitFor();
}
async function log_out(): Promise<void> {
  await press(page, page.getByRole("button", { name: "退出" }));
  await page.waitForURL(/\/login/);
  await page.locator(".devices li").first().waitFor();
}
/** From the queue into the first case of it, by the queue's own keys. */
async function open_first(): Promise<void> {
  await page.getByText(number).waitFor();
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  await page.waitForURL(new RegExp(`/cases/${number}`));
  await chip().waitFor();
}
const chip = () => page.locator("h1 .chip");
const dialog = () => page.getByRole("dialog");
const submit = () => page.locator("dialog[open] button[type=submit]");
const said = (what: string) => page.getByText(`已办理：${what}`).waitFor();

beforeAll(async () => {
  office = await start_office();
  [agent, browser, customer] = await Promise.all([Agent.start(office), launch(), Customer.with_case(office, 71)]);
  number = customer.number;
  ({ page, wrong } = await open_page(browser, desktop, { baseURL: office.desk }));
});
afterEach(async ({ task }) => {
  if (task.result?.state === "fail") {
    await picture(page, "failed-desk");
  }
});
afterAll(async () => {
  await browser?.close();
  await agent?.stop();
  await office?.stop();
});

describe("the registration officer, by keyboard alone", () => {
  it("is let in by a UKey, once the person has allowed the page in the agent's window", async () => {
    await page.goto("/queue");
    await page.waitForURL(/\/login/);
    await page.getByRole("button", { name: "开始登录" }).waitFor();
    await look(page, "desk-login");
    await press(page, page.getByRole("button", { name: "开始登录" }));
    await page.getByText("请在客户端窗口中允许").waitFor();
    expect(await agent.consents()).toContain(office.desk);
    await page.locator(".devices li").first().waitFor();
    await look(page, "desk-devices");
    await log_in("registration");
  });

  it("finds what is the own move, with its clock, and opens it by j and Enter", async () => {
    await page.getByText(number).waitFor();
    await look(page, "desk-queue");
    await page.keyboard.press("?");
    await dialog().waitFor();
    await look_at(page, "desk-shortcuts");
    await page.keyboard.press("Escape");
    await open_first();
    expect(await chip().textContent()).toBe("审核中");
  });

  it("sees the papers beside the data, from an origin of their own", async () => {
    const sheets = page.locator(".sheet img");
    const are_drawn = () => sheets.evaluateAll((all) => all.every((img) => (img as HTMLImageElement).naturalWidth > 100));
    await sheets.first().waitFor();
    await expect.poll(are_drawn).toBe(true);
    expect(new URL((await sheets.first().getAttribute("src")) ?? "").origin).not.toBe(office.desk);
    await look(page, "desk-case");
    // What is a person's own is covered, until somebody wants to see it.
    expect(await page.locator("dd", { hasText: /\d{17}[\dX]/ }).filter({ hasNotText: /^9/ }).count()).toBe(0);
    const eye = page.getByRole("button", { name: "显示全部: 经办人 身份证号码" });
    const words = () => page.locator("dd", { has: eye }).innerText();
    const covered = /^\d{3}\*{11}\d{3}[\dX]$/m;
    const whole = /^\d{17}[\dX]$/m;
    expect(await words()).toMatch(covered);
    const told = page.waitForResponse((answer) => answer.url().endsWith(`/cases/${number}/reveal`));
    await press(page, eye);
    expect(((await (await told).json()) as { field: string }).field).toBe("requester_id_number");
    await expect.poll(words).toMatch(whole);
    expect(await eye.getAttribute("aria-pressed")).toBe("true");
    await look_at(page, "desk-case-revealed");
    await page.keyboard.press("Enter");
    await expect.poll(words).toMatch(covered);
    // Whoever leaves the case finds it covered.
    await page.keyboard.press("Enter");
    await expect.poll(words).toMatch(whole);
    await page.keyboard.press("u");
    await open_first();
    await sheets.first().waitFor();
    expect(await words()).toMatch(covered);
    await page.keyboard.press("3");
    await page.keyboard.press("v");
    await expect.poll(() => sheets.count()).toBe(2);
    await expect.poll(are_drawn).toBe(true);
    await look(page, "desk-case-beside");
    await page.keyboard.press("v");
  });

  it("takes the case in hand and asks the providers again", async () => {
    await page.keyboard.press("c");
    await page.getByText("您正在办理").waitFor();
    await page.keyboard.press("e");
    await said("重新核验");
    expect(await page.locator("td.good", { hasText: "成立" }).count()).toBeGreaterThanOrEqual(3);
    expect(await page.locator("td.bad").count()).toBe(0);
    await look_at(page, "desk-case-receipts");
  });

  it("returns nothing without words, and then what is marked, with them", async () => {
    await page.keyboard.press("b");
    await dialog().waitFor();
    await press(page, submit());
    await page.getByText("请填写驳回原因。").waitFor();
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe("TEXTAREA");
    expect(await dialog().getByText("请至少勾选一项").isVisible()).toBe(true);
    await look(page, "desk-return-wrong");
    expect(await chip().textContent()).toBe("审核中");
    await page.keyboard.type("申请表未加盖公章");
    await press(page, dialog().getByRole("checkbox").first(), "Space");
    await type_into(page, dialog().locator("input[type=text]").first(), "请加盖公章后重新上传");
    await look_at(page, "desk-return");
    await press(page, submit());
    await said("驳回修改");
    expect(await chip().textContent()).toBe("已驳回");
    await look(page, "desk-returned");
  });

  it("has it again when the requester has mended it, and refuses nothing by leaving the agent's window", async () => {
    await customer.step("correct");
    await customer.step("wait", "awaiting_acceptance");
    await page.keyboard.press("u");
    await page.waitForURL(/\/queue/);
    await expect.poll(async () => {
      await page.keyboard.press("r");
      return page.getByText(number).count();
    }).toBe(1);
    await open_first();
    await expect.poll(async () => page.locator(".facts").getByText("第 2 次提交").count()).toBe(1);
    await page.keyboard.press("e");
    await said("重新核验");
    await page.keyboard.press("a");
    await tab_to(page, page.locator("dialog[open] select"));
    await tab_to(page, submit());
    await look(page, "desk-sign");
    await tab_to(page, submit());
    await page.keyboard.press("Enter");
    await agent.refuses();
    await page.getByText("您在客户端窗口中取消了签名").waitFor();
    await look_at(page, "desk-sign-left");
    expect(await chip().textContent()).toBe("审核中");
  });

  it("accepts with what the agent's window has shown and the officer has signed there", async () => {
    await press(page, submit());
    const shown = await agent.signs();
    expect(shown).toContain(number);
    await said("受理");
    expect(await chip().textContent()).toBe("待复核");
    await look_at(page, "desk-accepted");
  });
});

describe("those who come after", () => {
  it("are another person, who approves by the same way", async () => {
    await log_out();
    await log_in("review");
    await open_first();
    await page.keyboard.press("a");
    await tab_to(page, page.locator("dialog[open] select"));
    await press(page, submit());
    await agent.signs();
    await said("复核通过");
    expect(await chip().textContent()).toBe("待制证");
  });

  it("make the key at the station, and certificate and seal on the page", async () => {
    await log_out();
    await log_in("production");
    await page.keyboard.press("P");
    await page.getByRole("link", { name: number }).waitFor();
    await look(page, "desk-production-waiting");
    await press(page, page.getByRole("link", { name: number }));
    await page.getByText("yinxin-agent station key").waitFor();
    await look(page, "desk-production-key");
    const station = new Station(office, number);
    await station.key();
    await page.reload();
    await press(page, page.getByRole("button", { name: "签发" }));
    await said("签发证书");
    await look(page, "desk-production-issued");
    const made = page.waitForResponse((answer) => answer.url().endsWith("/seal"));
    await press(page, page.getByRole("button", { name: "制作印章" }));
    seal = ((await (await made).json()) as { seal: string }).seal;
    await page.getByText("印章已制作").waitFor();
    await page.getByText("yinxin-agent station write").waitFor();
    await station.write();
    await page.reload();
    await expect.poll(() => page.locator(".making li.done").count()).toBe(4);
    await look(page, "desk-production-written");
  });

  it("send it to the holder, whose seal anybody can verify", async () => {
    await log_out();
    await log_in("registration");
    await page.goto(`/cases/${number}`);
    await press(page, page.getByRole("button", { name: "叫快递寄出" }));
    await said("叫快递寄出");
    expect(await chip().textContent()).toBe("已寄出");
    expect(await page.locator(".timeline").innerText()).not.toMatch(/[a-z]_[a-z]|[a-z]\.[a-z]/);
    await look_at(page, "desk-shipped");
    const public_page = await open_page(browser, desktop, { baseURL: office.hall });
    await public_page.page.goto("/verify/");
    const file = Buffer.from(seal, "base64");
    await public_page.page.setInputFiles("#file", { name: "seal.esl", mimeType: "application/octet-stream", buffer: file });
    await public_page.page.locator('.verdict[data-verdict="valid"]').waitFor();
    await look(public_page.page, "verify-seal");
    const changed = Buffer.from(file);
    const middle = Math.floor(changed.length / 3); // inside its picture
    changed[middle] = (changed[middle] ?? 0) ^ 1;
    await public_page.page.getByRole("button", { name: "验证另一份文件" }).click();
    await public_page.page.setInputFiles("#file", { name: "changed.esl", mimeType: "application/octet-stream", buffer: changed });
    await public_page.page.locator('.verdict[data-verdict="invalid"]').waitFor();
    expect(public_page.wrong).toEqual([]);
    await public_page.context.close();
  });

  it("read the programmes with what is assumed, the officers, and no finance that is not theirs", async () => {
    await page.keyboard.press("M");
    await page.getByText("指南没有写算法").first().waitFor();
    await look(page, "desk-programmes");
    await press(page, page.getByRole("link", { name: "人员" }));
    await page.getByRole("heading", { name: "本机UKey证书" }).waitFor();
    await page.locator('tr[data-role="review_officer"]').getByText("有效", { exact: true }).waitFor();
    expect(await page.locator('tr[data-role="registration_officer"]').innerText()).toContain("（您）");
    await look(page, "desk-officers");
    await page.keyboard.press("F");
    await page.getByText("您的角色不能查看").waitFor();
    await look(page, "desk-finance");
    await page.goto("/nowhere");
    await page.getByText("没有这个页面").waitFor();
    await look(page, "desk-nothing");
  });

  it("read it in English as completely", async () => {
    await page.goto(`/cases/${number}`);
    await press(page, page.getByRole("button", { name: "English" }));
    await page.getByText("What was declared").waitFor();
    // Nothing of it is said in the house's own codes.
    expect(await page.locator(".timeline").innerText()).not.toMatch(/[a-z]_[a-z]|[a-z]\.[a-z]/);
    await look(page, "desk-case-en");
    expect(wrong).toEqual([]);
  });
});
