// Money and the account: what a bank refuses, what is paid wrongly or not back; and a case that comes back from an officer.
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { picture } from "../support/browser";
import { look } from "../support/edges";
import { type Applying, somebody } from "../support/fast_forward";
import { look as look_everywhere } from "../support/look";
import { at, programs } from "../support/office";
import { open_office } from "../support/open";

const here = open_office();
const run = promisify(execFile);

/** An officer at the desk, by the UKey, with the program that officers have. */
async function officer(deed: string, ...words: string[]): Promise<void> {
  const { office } = here;
  await run(join(programs, "bin/yinxin-agent"), ["desk", deed, ...words, "--desk", office.desk, "--device", "registration", "--pin-file", `${office.demo}/user-pin`], {
    env: { ...process.env, YINXIN_SOFT_TOKENS: `${office.demo}/tokens` },
  });
}
const returned = (they: Applying) => they.until((now) => now.deposits.at(-1)?.state === "returned");

describe("an account that the bank refuses", () => {
  it("is named with the bank's reason, and what to correct", async () => {
    const they = await somebody(here);
    const { page, office, who } = they;
    // Known to the bank, but as somebody else's.
    const other = `5${who.account.slice(1)}`;
    await at(office.place("direct_link"), "/admin/accounts", { number: other, name: "深圳市另一家有限公司" });
    await they.to_desk(other);
    await returned(they);
    await page.goto(`/me/cases/${they.id}`);
    await page.getByText("账号户名不符").first().waitFor();
    await page.getByText("须与开户许可证和营业执照上的单位名称一字不差").waitFor();
    await look(page, "bank-other-name");
    await page.getByRole("link", { name: "重新填写账户" }).click();
    await page.getByText("上一笔附言里的PIN码作废").waitFor();
    await look(page, "bank-account-again");
    await page.locator("#f-account_number").fill(`6${who.account.slice(1)}`);
    await page.getByRole("button", { name: "提交账户信息" }).click();
    await page.getByText("账号不存在").first().waitFor();
    await page.getByText("请对照开户许可证逐位核对账号").waitFor();
    await look(page, "bank-no-such-account");
    // The bank thinks about the third one until we have closed it there.
    await at(office.place("direct_link"), "/admin/faults", { operation: "find", fault: "hold", times: 1 });
    await they.name_account();
    const mine = async (): Promise<string> =>
      (await at<{ id: string; account_number: string }[]>(office.place("direct_link"), "/admin/deposits")).find((each) => each.account_number === who.account)?.id ?? "";
    await expect.poll(mine).not.toBe("");
    await at(office.place("direct_link"), `/admin/deposits/${await mine()}/return`, { reason: "账户已销户" });
    await at(office.place("direct_link"), "/admin/faults/release", {});
    await page.getByText("账户已销户").first().waitFor();
    await page.getByText("该账户已销户，请填写单位现在使用的基本户").waitFor();
    // Three failures: the other way is offered.
    await page.getByText("可改为法人认证").waitFor();
    await look(page, "bank-closed-account");
    expect(they.wrong).toEqual([]);
    await they.context.close();
  });
});

describe("money", () => {
  it("of another sum is not taken, and nothing is lost", async () => {
    const they = await somebody(here);
    const { page, office } = they;
    await (await they.to_payment()).name_account();
    await page.goto(`/apply/${they.id}/pay`);
    await page.getByLabel("公对公转账汇款").check();
    await page.getByText("汇款单位必须与申请单位一致").waitFor();
    await look(page, "transfer-by-another-payer");
    expect(await page.getByRole("link", { name: "打印给财务的通知" }).count(), "no deposit is sent this way").toBe(0);
    await page.getByLabel("微信支付").check();
    await page.getByRole("link", { name: "打印给财务的通知" }).waitFor();
    await look(page, "payment-finance-notice");
    const number = await they.order();
    await at(office.place("wechat_pay"), `/admin/orders/${number}/pay`, { fen: 100 });
    await they.until((now) => now.orders.some((each) => each.state === "in_question"));
    await page.goto(`/me/cases/${they.id}`);
    await page.getByText("收到的金额与应付金额不符，没有入账").waitFor();
    await page.getByText("请按应付金额 ¥200.00 重新支付").waitFor();
    await look(page, "paid-another-sum");
    await they.context.close();
  });
  it("of 0.01 yuan stays where it is: the page says so before anybody sends it back", async () => {
    const they = await (await somebody(here)).to_desk();
    const { page, context, who, office } = they;
    await page.goto(`/apply/${they.id}/done`);
    await page.getByText("不要退回这笔款项").waitFor();
    await look(page, "deposit-stays");
    // The sheet for the finance department, once the bank has been told.
    await they.until((now) => ["sent", "settled"].includes(now.deposits.at(-1)?.state ?? ""));
    const [sheet] = await Promise.all([context.waitForEvent("page"), page.getByRole("link", { name: "打印给财务的通知" }).click()]);
    await sheet.getByRole("heading", { name: "给财务部门的通知" }).waitFor();
    const row = (name: string) => sheet.getByRole("row", { name: new RegExp(`^${name}`) }).getByRole("cell");
    expect(await row("付款方户名").textContent()).toBe("深圳市电子商务安全证书管理有限公司");
    expect(await row("金额").textContent()).toBe("¥0.01");
    expect(await row("收款单位").textContent()).toBe(who.unit);
    expect(await row("收款账户").textContent()).toBe(`中国工商银行深圳福田支行，尾号 ${who.account.slice(-4)}`);
    expect(await row("预计到账").textContent()).toMatch(/\d{4}-\d{2}-\d{2}/);
    expect(await row("申请编号").textContent()).toBe(they.id);
    await sheet.getByText("请在网银电子回单的附言（用途、摘要）中查看证书PIN码").waitFor();
    await sheet.getByText("请不要退回该笔款项").waitFor();
    await look_everywhere(sheet, "edge-finance-notice");
    // Nothing secret on it: neither what the bank carries, nor a whole number of an account, a person or a telephone.
    const sent = (await at<{ account_number: string; remark: string }[]>(office.place("direct_link"), "/admin/deposits")).find((each) => each.account_number === who.account);
    const secret = sent?.remark ?? "";
    expect(secret.length).toBeGreaterThan(5);
    const whole = await sheet.content();
    for (const hidden of [secret, who.account, who.requester.id_number, who.legal.id_number, who.mobile]) {
      expect(whole).not.toContain(hidden);
    }
    // On paper: the sheet alone, and one page of it.
    await sheet.emulateMedia({ media: "print" });
    for (const other of [sheet.getByRole("banner"), sheet.getByRole("link", { name: "我的订单" }), sheet.getByRole("button", { name: "打印" })]) {
      expect(await other.isVisible()).toBe(false);
    }
    await picture(sheet, "edge-finance-notice-printed");
    const paper = (await sheet.pdf({ format: "A4" })).toString("latin1");
    expect(paper.match(/\/Type\s*\/Page\b(?!s)/g)).toHaveLength(1);
    await sheet.emulateMedia({ media: "screen" });
    await sheet.getByRole("button", { name: "English" }).click();
    await sheet.getByRole("heading", { name: "Notice for the finance department" }).waitFor();
    await sheet.getByText("Do not send the money back").waitFor();
    await look(sheet, "finance-notice-en");
    await sheet.getByRole("button", { name: "中文" }).click();
    await page.goto(`/me/cases/${they.id}`);
    await page.getByRole("link", { name: "打印给财务的通知" }).waitFor();
    await look(page, "deposit-under-way");
    expect(they.wrong).toEqual([]);
    await they.context.close();
  });
});

describe("a case that was returned", () => {
  it("opens what the officer marked and nothing else, and is not paid again", async () => {
    const they = await (await somebody(here)).to_desk();
    const { page, id } = they;
    // It is the desk's once that has fetched it.
    await expect.poll(() => officer("show", id).then(() => true, () => false), { timeout: 60_000 }).toBe(true);
    await officer("return", id, "--reason", "单位名称与营业执照不一致", "--reopen", "unit_name=请按新营业执照填写名称", "--reopen", "materials.licence=请上传新营业执照");
    await they.until((now) => now.state.code === "returned");
    await page.goto(`/apply?projectId=${here.office.project}`);
    await page.getByText("您的申请被驳回，请先修改").waitFor();
    await look(page, "returned-at-the-door");
    await page.getByRole("button", { name: "去修改" }).click();
    await page.getByText("审核意见：请按新营业执照填写名称").waitFor();
    expect(await page.locator("#f-unit_name").getAttribute("readonly")).toBeNull();
    expect(await page.locator("#f-legal_name").getAttribute("readonly")).not.toBeNull();
    await look(page, "returned-entry");
    await page.locator("#f-unit_name").fill(`${they.who.unit.slice(0, -4)}集团有限公司`);
    await page.getByRole("button", { name: "下一步" }).click();
    await page.waitForURL(/\/form$/);
    await page.getByText("请重新打印新一版申请表并盖章").waitFor();
    await page.goto(`/me/cases/${id}`);
    await page.getByText("申请被驳回，请按审核意见修改").waitFor();
    await look(page, "returned-case");
    await they.context.close();
  });
});

describe("a requester who has left", () => {
  it("is replaced by ways that need no old telephone; and a tender is not endangered by a renewal", async () => {
    const { page, context } = await somebody(here, { is_known: false });
    await page.goto(`/apply?projectId=${here.office.project}`);
    await page.getByText("手机号已停用 / 经办人已更换").click();
    await page.getByRole("link", { name: "更换经办人要带什么" }).click();
    await page.getByText("原经办人不能登录、申请已提交").waitFor();
    await page.getByText("加盖公章的更换经办人说明").waitFor();
    await page.getByText("开标前请不要续期、更换、注销证书").waitFor();
    await look(page, "help");
    await context.close();
  });
});
