// Paying by transfer: the slip and the money that comes with our number, from somebody else, without a number, or not at
// all; and what a finance officer does about it at the desk.
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { Agent } from "./support/agent";
import { launch, open_page, picture } from "./support/browser";
import { type Applying, somebody } from "./support/fast_forward";
import { look } from "./support/look";
import { at, type Office, start_office } from "./support/office";
import { Officers } from "./support/officers";
import { printed } from "./support/papers";

const desktop = { width: 1440, height: 900 };
let office: Office;
let agent: Agent;
let browser: Browser;
let desk: Page;
let wrong: string[];

async function credit(they: Applying, payer_name: string, remark: string, fen: number): Promise<string> {
  const booked = await at<{ id: string }>(office.place("direct_link"), "/admin/credits", { payer_name, payer_account: "40001234", fen, remark });
  expect(they.id).not.toBe("");
  return booked.id;
}
/** On the payment page: what is to be done, and the slip. */
async function announce(they: Applying, look_at_it = false): Promise<void> {
  const { page } = they;
  await page.goto(`/apply/${they.id}/pay`);
  await page.getByLabel("公对公转账汇款", { exact: true }).check();
  await page.getByText(`汇款单位必须与申请单位“${they.who.unit}”一致`).waitFor();
  if (look_at_it) {
    await page.getByRole("button", { name: "提交申请" }).click();
    await page.getByText("请先选择汇款凭证").waitFor();
    await look(page, "transfer-slip-missing");
  }
  await page.locator("#pick-voucher").setInputFiles({ name: "slip.jpg", mimeType: "image/jpeg", buffer: printed(they.form) });
  await page.getByRole("button", { name: "提交申请" }).click();
  await page.waitForURL(/\/done$/);
}
async function price(they: Applying): Promise<number> {
  return ((await they.shown()) as unknown as { price_fen: number }).price_fen;
}
async function at_finance(): Promise<void> {
  await desk.goto("/finance");
  await desk.getByRole("heading", { level: 1, name: "财务" }).waitFor();
}

beforeAll(async () => {
  office = await start_office();
  [agent, browser] = await Promise.all([Agent.start(office), launch()]);
  ({ page: desk, wrong } = await open_page(browser, desktop, { baseURL: office.desk }));
  await new Officers(desk, agent).log_in("finance");
});
afterEach(async ({ task }) => {
  if (task.result?.state === "fail") {
    for (const [place, page] of browser.contexts().flatMap((each) => each.pages()).entries()) {
      await picture(page, `failed-transfer-${place}`);
    }
  }
});
afterAll(async () => {
  await browser?.close();
  await agent?.stop();
  await office?.stop();
});

describe("a transfer", () => {
  it("with our number in its remark submits the case by itself, and the secret comes by SMS", async () => {
    const they = await (await somebody({ browser, office })).to_payment();
    await credit(they, they.who.unit, `数字证书 ${they.id}`, await price(they));
    await announce(they, true);
    await they.until((now) => now.state.code === "awaiting_acceptance");
    const texts = async (): Promise<string> => JSON.stringify(await at(office.place("sms"), `/admin/messages?mobile=${they.who.mobile}`));
    await expect.poll(texts, { timeout: 60_000 }).toContain("款项已到账");
    await they.page.goto(`/me/cases/${they.id}`);
    await they.page.getByText("已收到您的付款").first().waitFor();
    expect((await they.shown()).deposits).toEqual([]);
    expect(they.wrong).toEqual([]);
    await they.context.close();
  });

  it("of somebody else's is told to the requester, and goes on when finance takes it with a reason", async () => {
    const they = await (await somebody({ browser, office })).to_payment();
    await credit(they, "张三", they.id, await price(they));
    await announce(they);
    await they.until((now) => now.orders.at(-1)?.state === "in_question");
    await they.page.goto(`/apply/${they.id}/pay`);
    await they.page.getByText("收到一笔由“张三”汇入的款项，与申请单位不一致").waitFor();
    await look(they.page, "transfer-another-payer");
    await at_finance();
    const item = desk.locator("section.card", { hasText: they.id });
    await item.getByText("付款人不是申请单位").waitFor();
    await item.getByText("张三").waitFor();
    expect(await item.getByRole("button", { name: "同意原路退回" }).count()).toBe(0);
    await look(desk, "desk-finance-another-payer");
    await item.getByLabel("处理意见").fill("法定代表人代付，已收到书面说明");
    await item.getByRole("button", { name: "核对入账" }).click();
    await item.getByRole("button", { name: "确定", exact: true }).click();
    await they.until((now) => now.state.code === "awaiting_acceptance");
    await they.context.close();
  });

  it("without a number is found by finance in the bank's statement, beside the slip", async () => {
    const they = await (await somebody({ browser, office })).to_payment();
    const booking = await credit(they, they.who.unit, "办理数字证书", await price(they));
    await announce(they);
    await they.page.getByRole("heading", { name: "汇款凭证已提交" }).waitFor();
    // Whoever never pays is told when it ends.
    await they.page.getByText(/请在 \d{4}-\d{2}-\d{2} 前汇款，逾期未到账，本申请自动关闭/).waitFor();
    await look(they.page, "transfer-announced");
    await they.page.goto(`/me/cases/${they.id}`);
    await they.page.getByRole("button", { name: "查看汇款信息、重新上传凭证" }).click();
    await they.page.getByText("正在等待款项到账").waitFor();
    await look(they.page, "transfer-awaited");
    await at_finance();
    const item = desk.locator("section.card", { hasText: they.id });
    await expect.poll(() => item.locator("img").evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(500);
    await item.getByRole("button", { name: "核对到账" }).click();
    await item.getByText("请填写银行流水号").waitFor();
    await look(desk, "desk-finance-transfer");
    await item.getByLabel("银行流水号").fill("NO-SUCH-BOOKING");
    await item.getByLabel("处理意见").fill("附言未写申请编号，户名金额一致");
    await item.getByRole("button", { name: "核对到账" }).click();
    await item.getByText("银行没有这笔入账").waitFor();
    await item.getByLabel("银行流水号").fill(booking);
    await item.getByRole("button", { name: "核对到账" }).click();
    await desk.getByText("已办理：核对到账").waitFor();
    await they.until((now) => now.state.code === "awaiting_acceptance");
    await they.context.close();
  });

  it("of somebody who has paid by a code already is found, told, and given back by finance", async () => {
    const they = await (await (await somebody({ browser, office })).to_payment()).name_account();
    await they.pay();
    const paid = await price(they);
    await credit(they, they.who.unit, `数字证书 ${they.id}`, paid);
    // The bank is asked again at growing pauses.
    await expect.poll(async () => (await they.shown()).orders.length, { timeout: 120_000, interval: 1000 }).toBe(2);
    const surplus = (await they.shown()).orders.at(-1)?.number ?? "";
    await they.page.goto(`/me/cases/${they.id}`);
    await they.page.getByText("收到一笔多余的付款").waitFor();
    await they.page.goto("/me/orders");
    const row = they.page.getByRole("row", { name: surplus });
    await row.getByText("重复支付").waitFor();
    await look(they.page, "transfer-paid-twice");
    await at_finance();
    const item = desk.locator("section.card", { hasText: surplus });
    await item.getByText("重复支付").waitFor();
    await look(desk, "desk-finance-paid-twice");
    await item.getByLabel("处理意见").fill("已由对公账户退回申请单位");
    await item.getByRole("button", { name: "已线下退回" }).click();
    await item.getByRole("button", { name: "确定", exact: true }).click();
    await item.waitFor({ state: "detached" });
    await they.page.reload();
    await row.getByText("已退款").waitFor();
    // What was paid by the code stands, and so does the case.
    expect((await they.shown()).orders[0]?.state).toBe("paid");
    expect(they.wrong).toEqual([]);
    await they.context.close();
  });

  it("that the slip does not show is denied with words, and the requester chooses anew", async () => {
    const they = await (await somebody({ browser, office })).to_payment();
    await announce(they);
    await at_finance();
    const item = desk.locator("section.card", { hasText: they.id });
    await item.getByLabel("处理意见").fill("凭证是另一家单位的汇款");
    await item.getByRole("button", { name: "凭证不符" }).click();
    await desk.getByText("已办理：凭证不符").waitFor();
    await they.until((now) => now.state.code === "awaiting_payment");
    await they.page.goto(`/me/cases/${they.id}`);
    await they.page.getByText("凭证是另一家单位的汇款").waitFor();
    await they.page.getByRole("button", { name: "去支付" }).click();
    await they.page.getByText("选择付款方式").waitFor();
    expect(wrong).toEqual([]);
    await they.context.close();
  });
});
