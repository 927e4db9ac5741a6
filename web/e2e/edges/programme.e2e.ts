// A draft that lies while its programme changes: another price is agreed to first, and a programme that closes says until
// when it can be finished.
import { describe, expect, it } from "vitest";
import { open_page, pc } from "../support/browser";
import { look } from "../support/edges";
import { type Applying, somebody } from "../support/fast_forward";
import { at } from "../support/office";
import { open_office } from "../support/open";

const here = open_office();
let they: Applying;
let payer: Applying;
let late: Applying;
/** "2026-12-01", so many days after the day on which this began, in UTC+8. */
const began_ms = Date.now();
const day = (n: number): string => new Date(began_ms + (8 * 3600 + n * 86_400) * 1000).toISOString().slice(0, 10);

describe("a programme", () => {
  it("that has another price by now asks before the draft goes on, and keeps everything", async () => {
    they = await (await somebody(here)).to_papers();
    const { page, id, who } = they;
    await page.goto(`/apply/${id}/materials`);
    await page.getByText("已上传").first().waitFor();
    await here.office.adopt("sz-works-2.yaml", (now) => now.replace("version: 1\ncode", "version: 2\ncode").replace("per: year, fen: 20000", "per: year, fen: 26000"));
    // The page that stood open meanwhile is told as well.
    await page.getByRole("button", { name: "下一步" }).click();
    await page.getByText("原 ¥200.00，现为 ¥260.00").waitFor();
    await page.getByText("申请表印有金额，需要重新打印盖章").waitFor();
    await look(page, "price-changed");
    await page.getByRole("button", { name: "确认并继续" }).click();
    await page.getByText("原 ¥200.00").waitFor({ state: "detached" });
    await page.waitForURL(/\/form$/);
    await page.getByText("请重新打印新一版申请表并盖章").waitFor();
    await page.getByRole("cell", { name: "¥260.00" }).waitFor();
    await page.goto(`/apply/${id}/info`);
    await page.locator("#f-unit_name").waitFor();
    expect(await page.locator("#f-unit_name").inputValue()).toBe(who.unit);
  });
  it("that closes lets what was begun be finished and paid for so many days, and says until when", async () => {
    payer = await (await somebody(here)).to_payment();
    late = await (await somebody(here)).to_payment();
    const { page, id, office, who } = payer;
    await office.adopt("sz-works-3.yaml", (now) =>
      now
        .replace("version: 1\ncode", "version: 3\ncode")
        .replace("per: year, fen: 20000", "per: year, fen: 26000")
        .replace("status: open", `status: closed\nclosing: {from: ${day(0)}, words: 平台系统升级, finish_days: 2}`),
    );
    await page.goto("/");
    await page.getByText(`该项目自 ${day(0)} 起暂停受理：平台系统升级`).waitFor();
    await look(page, "closed-at-home");
    await page.goto(`/apply?projectId=${office.project}`);
    await page.getByRole("heading", { name: "该项目暂停受理" }).waitFor();
    await page.getByText(`该项目自 ${day(0)} 起暂停受理：平台系统升级`).waitFor();
    await page.getByText(`最迟可在 ${day(2)}（含当日）登录“我的业务单”完成填写和付款`).waitFor();
    await look(page, "closed");
    await page.getByRole("link", { name: "我的业务单" }).click();
    await page.getByRole("link", { name: id }).click();
    await page.getByText(`最迟可在 ${day(2)}（含当日）完成填写和付款`).waitFor();
    await look(page, "closing-case");
    await page.getByRole("button", { name: "去支付" }).click();
    await page.getByText(`最迟可在 ${day(2)}（含当日）完成填写和付款`).waitFor();
    await page.getByLabel("微信支付").check();
    await page.locator("#f-account_bank").fill("中国工商银行深圳福田支行");
    await page.locator("#f-account_number").fill(who.account);
    await look(page, "closing-payment");
    await page.getByRole("button", { name: "去支付" }).click();
    await page.locator("img.qr").waitFor();
    await at(office.place("wechat_pay"), `/admin/orders/${(await payer.shown()).orders.at(-1)?.number ?? ""}/pay`, {});
    await page.waitForURL(/\/done$/);
    await page.getByRole("heading", { name: "提交成功" }).waitFor();
    // Whoever has only begun may still fill in, at the price that he has agreed to.
    await they.page.goto(`/apply/${they.id}/info`);
    await they.page.getByText(`最迟可在 ${day(2)}（含当日）完成填写和付款`).waitFor();
    expect(await they.page.getByRole("button", { name: "确认并继续" }).count()).toBe(0);
    await they.page.getByRole("button", { name: "下一步" }).click();
    await they.page.waitForURL(/\/form$/);
    expect(payer.wrong).toEqual([]);
  });
  it("that is closed to strangers shows them the way to what they began", async () => {
    const { page, context, wrong } = await open_page(here.browser, pc, { baseURL: here.office.hall });
    await page.goto(`/apply?projectId=${here.office.project}`);
    await page.getByRole("heading", { name: "该项目暂停受理" }).waitFor();
    await page.getByRole("link", { name: "我的业务单" }).click();
    await page.getByLabel("手机号码").waitFor();
    expect(wrong).toEqual([]);
    await context.close();
  });
  it("keeps the draft after those days, and says that it goes no further, since when and why", async () => {
    const { page, id, office } = they;
    await office.let_pass(3);
    await they.sign_in();
    await page.goto(`/apply/${id}/info`);
    await page.getByText(`该项目自 ${day(0)} 起暂停受理：平台系统升级`).waitFor();
    await page.getByText(`此前开始填写的申请可以办理到 ${day(2)}，现已截止`).waitFor();
    await page.getByText("本申请现在不能继续办理或付款").waitFor();
    await page.locator("#f-unit_name").waitFor();
    expect(await page.locator("#f-unit_name").inputValue()).toBe(they.who.unit);
    await look(page, "closed-with-a-draft");
    await page.getByRole("link", { name: "查看业务单" }).click();
    await page.getByText("本申请现在不能继续办理或付款").waitFor();
    // Nor is anything paid that was not due before.
    await late.sign_in();
    await late.page.goto(`/apply/${late.id}/pay`);
    await late.page.getByLabel("微信支付").check();
    await late.page.locator("#f-account_bank").fill("中国工商银行深圳福田支行");
    await late.page.locator("#f-account_number").fill(late.who.account);
    const refused = late.page.waitForResponse((response) => response.url().endsWith("/payments"));
    await late.page.getByRole("button", { name: "去支付" }).click();
    expect(((await (await refused).json()) as { reason: string }).reason).toBe("offer.closed");
    await late.page.getByText("本申请现在不能继续办理或付款").waitFor();
    expect((await late.shown()).orders).toEqual([]);
    await look(late.page, "closed-payment");
    expect([...they.wrong, ...late.wrong]).toEqual([]);
  });
});
