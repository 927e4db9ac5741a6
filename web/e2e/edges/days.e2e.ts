// Days that pass while nobody does anything: a transfer that was announced and never made.
import { expect, it } from "vitest";
import { open_page, phone } from "../support/browser";
import { look } from "../support/edges";
import { type Applying, somebody } from "../support/fast_forward";
import { at } from "../support/office";
import { open_office } from "../support/open";
import { printed } from "../support/papers";

const here = open_office();

/** On the telephone, once it has come: the newest message with these words. */
async function reads_sms({ who, id }: Applying, words: string, name: string): Promise<string> {
  const handset = await open_page(here.browser, phone, { baseURL: here.office.place("emulated_phone") });
  await handset.page.goto("/");
  await handset.page.getByLabel("手机号码").fill(who.mobile);
  const bubble = handset.page.locator(".bubble", { hasText: id }).filter({ hasText: words });
  // The office looks at its cases once a minute.
  await bubble.first().waitFor({ timeout: 90_000 });
  await look(handset.page, name);
  const text = (await bubble.first().textContent()) ?? "";
  expect(await bubble.count()).toBe(1);
  expect(handset.wrong).toEqual([]);
  await handset.context.close();
  return text;
}
const reminders = async ({ who }: Applying): Promise<number> =>
  (await at<{ text: string }[]>(here.office.place("sms"), `/admin/messages?mobile=${who.mobile}`)).filter((each) => each.text.includes("尚未支付")).length;

it("a transfer that is announced and never made is reminded of on days 3 and 7, and closes on day 15", async () => {
  const they = await (await somebody(here)).to_payment();
  const { page, id, office, who } = they;
  await page.goto(`/apply/${id}/pay`);
  await page.getByLabel("公对公转账汇款", { exact: true }).check();
  await page.locator("#pick-voucher").setInputFiles({ name: "slip.jpg", mimeType: "image/jpeg", buffer: printed(they.form) });
  await page.getByRole("button", { name: "提交申请" }).click();
  await page.waitForURL(/\/done$/);
  const told = (await page.getByText(/请在 \d{4}-\d{2}-\d{2} 前汇款/).textContent()) ?? "";
  const last_day = /\d{4}-\d{2}-\d{2}/.exec(told)?.[0] ?? "";
  const [year, month, day] = last_day.split("-");
  await page.goto(`/me/cases/${id}`);
  await page.getByText("现在轮到：财务").waitFor();
  await page.getByText(`请在 ${last_day} 前汇款，逾期未到账，本申请自动关闭`).waitFor();
  await look(page, "days-transfer-begun");
  expect(await reminders(they)).toBe(0);

  for (const [days, name] of [[3, "days-3"], [4, "days-7"]] as const) {
    await office.let_pass(days);
    const text = await reads_sms(they, "尚未支付", `${name}-sms`);
    expect(text).toContain(`${year}年${month}月${day}日后申请将自动关闭`);
    await they.sign_in();
    await page.goto(`/me/cases/${id}`);
    await page.getByText("已发送短信提醒").nth(days === 3 ? 0 : 1).waitFor();
    await page.getByRole("button", { name: "查看汇款信息、重新上传凭证" }).waitFor();
    await look(page, `${name}-case`);
    // Once, however often the clock looks again.
    expect(await reminders(they)).toBe(1);
  }

  await office.let_pass(8);
  await reads_sms(they, "逾期未办理,已自动关闭", "days-15-sms");
  expect(await reminders(they)).toBe(0);
  await they.sign_in();
  await page.goto("/me/cases");
  const row = page.getByRole("row", { name: id });
  await row.getByText("逾期关闭").waitFor();
  await row.getByText("逾期未办理，已自动关闭").waitFor();
  expect(await row.getByRole("link", { name: "新的申请" }).count()).toBe(1);
  await look(page, "days-15-cases");
  await row.getByRole("link", { name: id }).click();
  await page.getByText(`截至 ${last_day} 没有收到汇款，本申请已自动关闭`).waitFor();
  await page.getByText("该业务单已结束").waitFor();
  expect(await page.getByRole("button", { name: "查看汇款信息、重新上传凭证" }).count()).toBe(0);
  await look(page, "days-15-case");
  // Its steps lead nowhere any more, and what was filled in is not asked for again by mistake.
  await page.goto(`/apply/${id}/pay`);
  await page.getByText("当前不能支付").waitFor();
  await page.goto(`/me/cases/${id}`);
  await page.getByRole("link", { name: "新的申请" }).click();
  await page.getByRole("heading", { name: "证书新办" }).waitFor();
  expect(page.url()).toContain(office.project);
  expect(who.mobile).not.toBe("");
  expect(they.wrong).toEqual([]);
  await they.context.close();
});
