// The requester's journey from the home page to the payment by keyboard alone: no click, no field filled but by typing,
// and at every stop the focus is seen.
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";
import { draw_applicant } from "./support/applicant";
import { open_page, pc } from "./support/browser";
import { choose, expect_focus_seen, press, tab_to, type_into } from "./support/keyboard";
import { sms_code } from "./support/office";
import { open_office } from "./support/open";
import { introduce, prepare_papers, print_form, prove_identity } from "./support/walk";

const here = open_office();
let page: Page;
let wrong: string[];
const who = draw_applicant();
const button = (name: string) => page.getByRole("button", { name, exact: true });
const field = (name: string) => page.locator(`#f-${name}`);

beforeAll(async () => {
  await introduce(here.office, who);
  ({ page, wrong } = await open_page(here.browser, pc, { baseURL: here.office.hall }));
});

describe("a requester without a mouse", () => {
  it("skips to the programme and signs in", async () => {
    await page.goto("/");
    await page.getByRole("heading", { level: 3 }).first().waitFor();
    await page.keyboard.press("Tab");
    expect(await page.evaluate(() => document.activeElement?.textContent)).toContain("跳到");
    await expect_focus_seen(page, "the way to the main part");
    await page.keyboard.press("Enter");
    await press(page, page.getByRole("link", { name: /办理证书/ }).first());
    await type_into(page, field("mobile"), who.mobile);
    await press(page, button("获取验证码"));
    await page.getByText("验证码已发送").waitFor();
    await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe("f-code");
    await page.keyboard.type(await sms_code(here.office, who.mobile));
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/apply\/agreement/);
  });

  it("agrees tick by tick, chooses the seal, and closes what opens", async () => {
    await page.getByRole("checkbox").first().waitFor();
    for (const tick of await page.getByRole("checkbox").all()) {
      await press(page, tick, "Space");
      expect(await tick.isChecked()).toBe(true);
    }
    await press(page, button("进入新办"));
    await page.waitForURL(/\/seal$/);
    await page.getByRole("radio").first().waitFor();
    await press(page, button("下一步"));
    await page.getByRole("dialog").waitFor();
    await press(page, page.getByRole("dialog").getByRole("button", { name: "确认" }));
    await page.getByRole("heading", { name: "录入信息" }).waitFor();
    expect(await page.getByRole("dialog").count()).toBe(0);
  });

  it("fills the form in, field after field", async () => {
    await tab_to(page, field("years"));
    await page.keyboard.press("Space");
    await page.locator(".amount").waitFor();
    await type_into(page, field("unit_name"), who.unit);
    await type_into(page, field("unit_document_number"), who.code);
    await page.keyboard.press("Tab");
    await expect.poll(() => field("unit_region").inputValue()).toBe("广东省");
    const typed = {
      unit_address: "福田区样例路1号样例大厦8楼",
      legal_name: who.legal.name,
      legal_id_number: who.legal.id_number,
      requester_name: who.requester.name,
      requester_id_number: who.requester.id_number,
      requester_mobile: who.mobile,
      requester_mail: "sample@example.com",
      requester_post: "商务经理",
    };
    for (const [name, text] of Object.entries(typed)) {
      await type_into(page, field(name), text);
    }
    for (const [level, name] of ["广东省", "深圳市", "福田区"].entries()) {
      await choose(page, field(`mailing_region${level === 0 ? "" : `-${level}`}`), name);
    }
    await type_into(page, field("mailing_address"), "样例路1号样例大厦8楼801");
    await press(page, button("下一步"));
    await page.waitForURL(/\/form$/);
  });

  it("prints the form, and comes to each file by its button", async () => {
    const form = await print_form(page, () => press(page, button("打印申请表")));
    await press(page, button("下一步"));
    await page.waitForURL(/\/materials$/);
    const { licence, sheet, form: scanned } = await prepare_papers(page, form, who);
    for (const [slot, file] of [["application_form", scanned], ["licence", licence], ["impression_sheet", sheet]] as const) {
      const pick = page.locator(`#pick-${slot}`);
      await tab_to(page, pick);
      // The system's own window for files is not the page's.
      await pick.setInputFiles({ name: `${slot}.jpg`, mimeType: "image/jpeg", buffer: file });
      await press(page, page.locator(".slot", { has: button("上传") }).getByRole("button", { name: "上传", exact: true }));
      await page.locator(".slot", { has: page.locator(`#pick-${slot}`) }).getByText("已上传").waitFor();
    }
    await press(page, button("下一步"));
    await page.waitForURL(/\/identity$/);
  });

  it("proves the identity on the phone and pays", async () => {
    const link = page.locator(".phone-link");
    await link.waitFor();
    await tab_to(page, link);
    await prove_identity(here.browser, here.office, who, (await link.getAttribute("href")) ?? "");
    await page.getByText("认证通过", { exact: true }).waitFor();
    await press(page, button("下一步"));
    await page.waitForURL(/\/pay$/);
    // A group of choices is one stop; the arrows go on inside it.
    const wanted = page.getByLabel("微信支付");
    const first = page.getByRole("radio").first();
    await tab_to(page, first);
    await page.keyboard.press("Space");
    for (let n = 0; n < 8 && !(await wanted.isChecked()); ++n) {
      await page.keyboard.press("ArrowRight");
    }
    expect(await wanted.isChecked()).toBe(true);
    const bank = field("account_bank");
    const list = page.getByRole("listbox");
    await type_into(page, bank, "农业");
    await list.waitFor();
    await page.keyboard.press("Escape");
    await list.waitFor({ state: "hidden" });
    expect(await bank.inputValue()).toBe("农业");
    await type_into(page, bank, "工商");
    await list.getByText("中国工商银行").waitFor();
    await page.keyboard.press("ArrowDown");
    expect(await page.locator(`#${await bank.getAttribute("aria-activedescendant")}`).textContent()).toContain("中国工商银行");
    await page.keyboard.press("Enter");
    expect(await bank.inputValue()).toBe("中国工商银行");
    await type_into(page, field("account_number"), who.account);
    await press(page, button("去支付"));
    await page.getByText("请使用微信支付扫码付款").waitFor();
    await tab_to(page, button("我已支付"));
    expect(wrong).toEqual([]);
  });
});
