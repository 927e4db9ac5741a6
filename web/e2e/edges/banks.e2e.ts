// An operator whose table of banks is whole: a bank that is not in it is refused, and a branch among many is found.
import { expect, it } from "vitest";
import { phone } from "../support/browser";
import { look } from "../support/edges";
import { expect_narrow } from "../support/axe";
import { somebody } from "../support/fast_forward";
import { at } from "../support/office";
import { open_office } from "../support/open";

const futian = "中国工商银行股份有限公司深圳福田支行";
const branches = Array.from({ length: 40 }, (_, n) => `1025840${10_000 + n}\t中国工商银行股份有限公司深圳第${n + 1}支行\t深圳`);
const here = open_office({
  banks: ["banks\t2026-11-22\tcomplete\t测试用表", "102100099996\t中国工商银行\t北京", `102584002910\t${futian}\t深圳`, ...branches, ""].join("\n"),
});

it("refuses a bank that nobody knows, and finds one branch of many", async () => {
  const they = await somebody(here);
  const { page, office, who } = they;
  await (await they.to_papers()).prove_identity();
  await page.goto(`/apply/${they.id}/pay`);
  await page.getByLabel("微信支付").check();
  const bank = page.getByRole("combobox", { name: "基本户开户行" });
  const account = page.getByLabel("基本户账号");
  await bank.fill("天地银行福田支行");
  await page.getByText("列表中没有这家银行").waitFor();
  await account.fill(who.account);
  await page.getByRole("button", { name: "去支付" }).click();
  await page.getByText("请从列表中选择开户行", { exact: true }).waitFor();
  expect(await bank.getAttribute("aria-invalid")).toBe("true");
  expect(await bank.inputValue()).toBe("天地银行福田支行");
  await look(page, "bank-not-listed");
  // Too many: more words find fewer, also those that only have its letters.
  await bank.fill("工商");
  await page.getByText("还有更多，请再输入几个字").waitFor();
  expect(await page.getByRole("option").count()).toBe(20);
  await look(page, "bank-many");
  await page.setViewportSize(phone);
  await bank.focus();
  await expect_narrow(page, "the list on a telephone");
  await look(page, "bank-many-phone");
  await bank.fill("工行 福田");
  await expect.poll(() => page.getByRole("option").count()).toBe(1);
  const height = await page.getByRole("option").evaluate((each) => each.getBoundingClientRect().height);
  expect(height, "a line that a thumb can press").toBeGreaterThanOrEqual(44);
  await page.getByRole("option", { name: futian }).click();
  expect(await bank.inputValue()).toBe(futian);
  await page.getByRole("button", { name: "去支付" }).click();
  await page.locator("img.qr").waitFor();
  const number = (await they.shown()).orders.at(-1)?.number ?? "";
  await at(office.place("wechat_pay"), `/admin/orders/${number}/pay`, {});
  const deposits = () => at<{ account_number: string; bank_number: string; standing: string }[]>(office.place("direct_link"), "/admin/deposits");
  await expect.poll(async () => (await deposits()).find((each) => each.account_number === who.account)).toMatchObject({ bank_number: "102584002910", standing: "settled" });
  expect(they.wrong).toEqual([]);
  await they.context.close();
});
