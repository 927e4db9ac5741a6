// A session that ends while somebody works: at every step, and in one's own cases, he logs in where he is and goes on.
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";
import { open_page, phone } from "../support/browser";
import { look } from "../support/edges";
import { type Applying, somebody } from "../support/fast_forward";
import { sms_code } from "../support/office";
import { open_office } from "../support/open";
import { printed } from "../support/papers";

const here = open_office();
let early: Applying;
let others: Applying[];
beforeAll(async () => {
  early = await somebody(here);
  await (await (await early.sign_in()).begin()).fill();
  others = [await (await somebody(here)).to_form(), await (await somebody(here)).to_papers(), await (await somebody(here)).to_payment()];
  others.push(await (await somebody(here)).to_papers(), await (await (await somebody(here)).sign_in()).begin(), await (await somebody(here)).to_form());
});

/** In the dialog that stands over whatever was being done; a minute lies between two codes of a number: mostly gone by now. */
async function log_in_again({ page, who }: Applying, before: string): Promise<void> {
  const box = page.getByRole("dialog", { name: "请重新登录" });
  await box.getByText("已填写的内容仍在本页").waitFor();
  await box.getByLabel("手机号码").fill(who.mobile);
  await expect.poll(async () => {
    const ask = box.getByRole("button", { name: "获取验证码" }); // counts down once a code is on its way
    if (await ask.isVisible()) {
      await ask.click();
    }
    return box.getByText("验证码已发送").isVisible();
  }, { timeout: 90_000, interval: 2000 }).toBe(true);
  await box.getByLabel("短信验证码").fill(await sms_code(here.office, who.mobile, before));
  await box.getByRole("button", { name: "登录", exact: true }).click();
  await box.waitFor({ state: "detached" });
}

describe("a session that ends", () => {
  interface Step {
    readonly name: string;
    readonly place: (id: string) => string;
    readonly who: number;
    readonly prepare: (page: Page) => Promise<void>;
    readonly act: (page: Page) => Promise<void>;
    readonly lands?: (id: string) => string; // elsewhere than where it was prepared
    readonly then: (page: Page) => Promise<void>;
  }
  const press = (page: Page, name: string): Promise<void> => page.getByRole("button", { name, exact: true }).click();
  const steps: readonly Step[] = [
    {
      name: "the form", place: (id) => `/apply/${id}/form`, who: 0,
      prepare: (page) => page.getByRole("button", { name: "打印申请表" }).waitFor(),
      act: (page) => press(page, "打印申请表"),
      then: async (page) => {
        await press(page, "打印申请表");
        await page.getByText("已生成申请表第").waitFor();
      },
    },
    {
      name: "the papers", place: (id) => `/apply/${id}/materials`, who: 1,
      prepare: async (page) => {
        await page.locator("#pick-licence").waitFor({ state: "attached" });
        await page.locator("#pick-licence").setInputFiles({ name: "licence.jpg", mimeType: "image/jpeg", buffer: printed((others[1] as Applying).form) });
      },
      act: (page) => press(page, "上传"),
      then: async (page) => {
        await press(page, "上传");
        await page.getByRole("button", { name: "上传", exact: true }).waitFor({ state: "detached" });
        await page.getByText("已上传").nth(1).waitFor();
      },
    },
    {
      name: "the payment", place: (id) => `/apply/${id}/pay`, who: 2,
      prepare: async (page) => {
        await page.getByLabel("微信支付").check();
        await page.locator("#f-account_bank").fill("中国工商银行深圳福田支行");
        await page.locator("#f-account_number").fill("4000123456789012");
      },
      act: (page) => press(page, "去支付"),
      then: async (page) => {
        expect(await page.locator("#f-account_number").inputValue()).toBe("4000123456789012");
        await press(page, "去支付");
        await page.locator("img.qr").waitFor();
      },
    },
    {
      name: "the identity", place: (id) => `/apply/${id}/identity`, who: 3,
      prepare: async (page) => {
        link_before = (await page.locator(".phone-link").getAttribute("href")) ?? "";
      },
      act: (page) => press(page, "刷新二维码"),
      then: async (page) => {
        // The code that was asked for comes by itself, and what a phone does with it is told here again.
        const link = page.locator(".phone-link");
        await expect.poll(() => link.getAttribute("href")).not.toBe(link_before);
        const handheld = await open_page(here.browser, phone, { isMobile: true, hasTouch: true });
        await handheld.page.goto((await link.getAttribute("href")) ?? "");
        await handheld.page.getByRole("heading", { name: "办理信息确认" }).waitFor();
        await page.getByText("已扫码，请在手机上继续").waitFor();
        await look(page, "session-back-at-identity");
        await handheld.context.close();
      },
    },
    {
      name: "one's own cases", place: (id) => `/me/cases/${id}`, who: 4, lands: () => "/me/cases",
      prepare: (page) => page.getByRole("heading", { name: "办理进度" }).waitFor(),
      act: (page) => page.getByRole("link", { name: "我的业务单" }).click(),
      then: async (page) => {
        await page.getByRole("link", { name: (others[4] as Applying).id }).waitFor();
        await look(page, "session-back-at-cases");
      },
    },
    {
      name: "a case's page", place: () => "/me/cases", who: 5, lands: (id) => `/me/cases/${id}`,
      prepare: (page) => page.getByRole("link", { name: (others[5] as Applying).id }).waitFor(),
      act: (page) => page.getByRole("link", { name: (others[5] as Applying).id }).click(),
      then: async (page) => {
        await page.getByRole("heading", { name: "办理进度" }).waitFor();
        await page.getByText("已生成并打印申请表").waitFor();
        // What happens to the case from now on is told to this page.
        await (others[5] as Applying).hand_in_papers();
        await (others[5] as Applying).leave_identity_to_person();
        await page.getByRole("button", { name: "去支付" }).waitFor();
        await look(page, "session-back-at-case");
      },
    },
  ];
  let link_before = "";
  it("keeps what was typed when the session is gone, and goes on at the same step", async () => {
    const { page, context, id, who } = early;
    await page.goto(`/apply/${id}/info`);
    const before = await sms_code(here.office, who.mobile);
    await page.locator("#f-requester_post").waitFor();
    await context.clearCookies();
    await page.locator("#f-requester_post").fill("总经理");
    await page.locator("#f-requester_post").blur();
    await page.getByRole("dialog", { name: "请重新登录" }).waitFor();
    await look(page, "session-gone");
    await log_in_again(early, before);
    expect(page.url()).toContain(`/apply/${id}/info`);
    expect(await page.locator("#f-requester_post").inputValue()).toBe("总经理");
    await page.locator("#f-requester_post").blur();
    await page.getByRole("button", { name: "下一步" }).click();
    await page.waitForURL(/\/form$/);
    await page.getByRole("cell", { name: "总经理" }).waitFor();
  });
  it.each(steps)("is come back from at $name", async ({ place, who, prepare, act, lands, then }) => {
    const they = others[who] as Applying;
    const { page, context, id } = they;
    const before = await sms_code(here.office, they.who.mobile);
    await page.goto(place(id));
    await prepare(page);
    await context.clearCookies();
    await act(page);
    await log_in_again(they, before);
    expect(new URL(page.url()).pathname).toBe((lands ?? place)(id));
    await then(page);
  });
});
