// At the door, and at the entry: codes that are confused, two pages at one draft, a carrier that says no.
import type { Page, Route } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";
import { credit_code, draw_applicant } from "../support/applicant";
import { open_page, pc } from "../support/browser";
import { look } from "../support/edges";
import { type Applying, somebody } from "../support/fast_forward";
import { at, sms_code } from "../support/office";
import { open_office } from "../support/open";

const here = open_office();
let early: Applying;

beforeAll(async () => {
  early = await somebody(here);
  await (await (await early.sign_in()).begin()).fill();
});

describe("the door", () => {
  it("tells the code of an SMS from the secret of the certificate, and counts the tries that are left", async () => {
    const { page, context } = await open_page(here.browser, pc, { baseURL: here.office.hall });
    const { mobile } = draw_applicant();
    await page.goto(`/apply?projectId=${here.office.project}`);
    await page.getByLabel("手机号码").fill(mobile);
    await page.getByRole("button", { name: "获取验证码" }).click();
    await page.getByText("验证码已发送").waitFor();
    const code = await sms_code(here.office, mobile);
    await page.getByLabel("短信验证码").fill("K7QW2MXA");
    await page.getByRole("button", { name: "登录", exact: true }).click();
    await page.getByText("证书PIN码不在这里使用").waitFor();
    await look(page, "pin-in-place-of-the-code");
    const other = code === "000000" ? "111111" : "000000";
    for (const left of [4, 3, 2, 1]) {
      await page.getByLabel("短信验证码").fill(other);
      await page.getByRole("button", { name: "登录", exact: true }).click();
      await page.getByText(`还可输入${left}次`).waitFor();
    }
    await look(page, "last-try");
    await page.getByRole("button", { name: "登录", exact: true }).click();
    await page.getByText("验证码错误次数过多").waitFor();
    // The right one comes too late, and it says what to do.
    await page.getByLabel("短信验证码").fill(code);
    await page.getByRole("button", { name: "登录", exact: true }).click();
    await page.getByText("请重新获取").waitFor();
    await look(page, "code-used-up");
    await context.close();
  });
});

describe("the safety check before an SMS", () => {
  const codes = "**/api/v1/login/codes";
  const ask = async (page: Page, mobile: string): Promise<void> => {
    await page.getByLabel("手机号码").fill(mobile);
    await page.getByRole("button", { name: "获取验证码" }).click();
  };
  const with_proof = (route: Route, proof: string): Promise<void> =>
    route.continue({ postData: { ...(route.request().postDataJSON() as Record<string, string>), proof } });

  it("is made by the page, which says so, and told when it fails, and passed at the next try", async () => {
    const { page, context } = await open_page(here.browser, pc, { baseURL: here.office.hall });
    const { mobile } = draw_applicant();
    await page.goto(`/apply?projectId=${here.office.project}`);
    let let_go = (): void => undefined;
    const held = new Promise<void>((resolve) => (let_go = resolve));
    await page.route(codes, async (route) => {
      await held;
      await with_proof(route, "0".repeat(128));
    });
    const worker = page.waitForEvent("worker");
    await ask(page, mobile);
    await worker;
    await page.getByRole("button", { name: "正在完成安全验证…", disabled: true }).waitFor();
    await page.getByText("您无需操作").waitFor();
    await look(page, "safety-check");
    let_go();
    await page.getByRole("alert").getByText("安全验证未通过,请重新获取验证码").waitFor();
    expect(await page.getByLabel("手机号码").inputValue()).toBe(mobile);
    await look(page, "safety-check-failed");
    await page.unroute(codes);
    await page.getByRole("button", { name: "获取验证码" }).click();
    await page.getByText("验证码已发送").waitFor();
    expect(await page.getByRole("alert").count()).toBe(0);
    await context.close();
  });
  it("is made anew by itself when the server knows nothing of it any more", async () => {
    const { page, context } = await open_page(here.browser, pc, { baseURL: here.office.hall });
    await page.goto(`/apply?projectId=${here.office.project}`);
    const answers: number[] = [];
    page.on("response", (told) => answers.push(...(told.url().endsWith("/login/codes") ? [told.status()] : [])));
    await page.route(codes, (route) => {
      const body = route.request().postDataJSON() as Record<string, string>;
      return route.continue({ postData: { ...body, puzzle: "00".repeat(57) } });
    }, { times: 1 });
    await ask(page, draw_applicant().mobile);
    await page.getByText("验证码已发送").waitFor();
    expect(answers).toEqual([403, 202]);
    await context.close();
  });
  it("needs no worker: a page that gets none makes it itself", async () => {
    const { page, context } = await open_page(here.browser, pc, { baseURL: here.office.hall });
    let refused = 0;
    await page.route("**/assets/worker-*.js", (route) => {
      ++refused;
      return route.abort();
    });
    await page.goto(`/apply?projectId=${here.office.project}`);
    await ask(page, draw_applicant().mobile);
    await page.getByText("验证码已发送").waitFor();
    expect(refused).toBe(1);
    await context.close();
  });
});

describe("the entry", () => {
  it("refuses a number that is registered to a company, says why, and what can be done", async () => {
    const they = await somebody(here, { is_known: false });
    const { who, page } = they;
    await at(here.office.place("carrier"), "/admin/subscribers", { name: who.unit, resident_id: who.legal.id_number, mobile: who.mobile });
    await (await (await they.sign_in()).begin()).fill();
    await page.goto(`/apply/${they.id}/info`);
    await page.getByRole("button", { name: "下一步" }).click();
    await page.getByText("不是经办人本人实名登记的号码").waitFor();
    await page.getByText("应先联系电信运营商进行实名信息认证").waitFor();
    expect(await page.locator("#f-requester_mobile").getAttribute("aria-invalid")).toBe("true");
    expect(await page.evaluate(() => document.activeElement?.id)).toBe("f-requester_mobile");
    expect(await page.locator("#f-unit_name").inputValue()).toBe(who.unit);
    await look(page, "carrier-refused");
    // A click while a check is under way is none: until they are used up.
    const used_up = page.getByText("今日核验次数已用完");
    await expect.poll(async () => {
      await page.getByRole("button", { name: "下一步" }).click();
      return used_up.isVisible();
    }, { timeout: 30_000 }).toBe(true);
    expect(await page.getByRole("button", { name: "重新认证" }).count()).toBe(0);
    await look(page, "carrier-tries-used");
    expect(they.wrong).toEqual([]);
    await they.context.close();
  });
  it("is not overwritten by a second page, which is told so", async () => {
    const { page, context, id } = early;
    await page.goto(`/apply/${id}/info`);
    // Read before the other page saves: only then it is late.
    await page.locator("#f-unit_address").waitFor();
    const other = await context.newPage();
    await other.goto(`/apply/${id}/info`);
    await other.locator("#f-requester_post").fill("财务经理");
    await other.locator("#f-requester_post").blur();
    await other.getByText("已保存").waitFor();
    await page.locator("#f-unit_address").fill("南山区另一条路2号");
    await page.locator("#f-unit_address").blur();
    await page.getByText("该申请已在另一处修改").waitFor();
    await look(page, "two-pages");
    await page.getByRole("button", { name: "读取最新内容" }).click();
    await expect.poll(() => page.locator("#f-requester_post").inputValue()).toBe("财务经理");
    await other.close();
  });
  it("loses nothing by the browser's own way back", async () => {
    const { page, id } = early;
    await page.goto(`/apply/${id}/info`);
    await page.locator("#f-requester_post").fill("项目经理");
    await page.getByRole("button", { name: "下一步" }).click();
    await page.waitForURL(/\/form$/);
    await page.goBack();
    await page.waitForURL(/\/info$/);
    await expect.poll(() => page.locator("#f-requester_post").inputValue()).toBe("项目经理");
    await page.goForward();
    await page.waitForURL(/\/form$/);
    await page.getByRole("cell", { name: "项目经理" }).waitFor();
  });
});

describe("somebody who acts for several units", () => {
  it("sees the cases by unit, and a new application begins without another unit's data", async () => {
    const they = await somebody(here);
    const { page, who } = they;
    const other_unit = "深圳市另一家代办样例有限公司";
    await (await (await they.sign_in()).begin()).fill();
    const first = they.id;
    await (await they.begin()).fill({ unit_name: other_unit, unit_document_number: credit_code() });
    const second = they.id;
    // In one window all the way, from what stands on the screen to a new application.
    await page.goto(`/apply/${first}/info`);
    await expect.poll(() => page.locator("#f-unit_name").inputValue()).toBe(who.unit);
    await page.getByRole("link", { name: "首页" }).click();
    await page.getByRole("link", { name: /办理证书.*深圳市建筑工务署/ }).click();
    const box = page.getByRole("dialog", { name: "您有一份未完成的申请" });
    await box.getByText("共有2份未完成的申请").waitFor();
    await look(page, "units-open-cases");
    await box.getByRole("button", { name: "新的申请" }).click();
    await page.getByRole("checkbox").first().waitFor();
    for (const tick of await page.getByRole("checkbox").all()) {
      await tick.check();
    }
    await page.getByRole("button", { name: "进入新办" }).click();
    await page.waitForURL(/\/seal$/);
    const third = /\/apply\/(YX\d+)\//.exec(page.url())?.[1] ?? "";
    expect([first, second, ""]).not.toContain(third);
    await page.getByRole("button", { name: "下一步" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "确认" }).click();
    await page.locator("#f-unit_name").waitFor();
    const asked = await page.locator("input[id^=f-unit_], input[id^=f-legal_], input[id^=f-requester_], input[id^=f-mailing_]").evaluateAll((all) => all.map((each) => [each.id, (each as HTMLInputElement).value]));
    expect(asked.length).toBeGreaterThan(8);
    // The kind of document has one choice only.
    expect(asked.filter(([name, value]) => value !== "" && name !== "f-unit_document_kind"), "nothing of another unit").toEqual([]);
    for (const region of ["#f-unit_region", "#f-mailing_region"]) {
      expect(await page.locator(region).inputValue()).toBe("");
    }
    await look(page, "units-new-is-empty");
    await page.getByRole("link", { name: "个人中心" }).click();
    await page.getByRole("link", { name: first }).waitFor();
    const numbers = (): Promise<string[]> => page.locator("tbody td:first-child").allTextContents();
    expect((await numbers()).sort()).toEqual([first, second, third].sort());
    await page.getByLabel("单位").selectOption(other_unit);
    await expect.poll(numbers).toEqual([second]);
    await look(page, "units-cases-of-one");
    await page.getByLabel("单位").selectOption(who.unit);
    await expect.poll(numbers).toEqual([first]);
    await page.getByLabel("单位").selectOption("全部单位");
    await expect.poll(async () => (await numbers()).length).toBe(3);
    expect(they.wrong).toEqual([]);
    await they.context.close();
  });
});

describe("what is only a remark", () => {
  it("is read once before the entry goes on: another case of the unit, a place that no courier goes to", async () => {
    const they = await somebody(here);
    const { page, who } = they;
    await (await (await they.sign_in()).begin()).fill();
    const first = they.id;
    await they.begin();
    await page.goto(`/apply/${they.id}/info`);
    // Somebody who acts for many units is never given the answers of another one.
    await page.locator("#f-unit_name").waitFor();
    expect(await page.locator("#f-unit_name").inputValue()).toBe("");
    expect(await page.locator("#f-legal_id_number").inputValue()).toBe("");
    await page.locator("#f-unit_name").fill(who.unit);
    await page.locator("#f-unit_document_number").fill(who.code);
    await page.locator("#f-unit_document_number").blur();
    await page.getByText("该单位已有一份办理中的申请").waitFor();
    await page.getByText(`您已有该单位的另一份申请（编号 ${first}）`).waitFor();
    await look(page, "unit-has-another");
    await they.fill({ mailing_region: "台湾省/台北市/中正区" });
    await page.reload();
    await page.getByRole("button", { name: "下一步" }).click();
    await page.getByText("快递暂不送达该地区").waitFor();
    await page.getByText("请再次点击“下一步”").waitFor();
    expect(page.url()).toContain("/info");
    await look(page, "courier-does-not-go-there");
    await page.getByRole("button", { name: "下一步" }).click();
    await page.waitForURL(/\/form$/);
    await they.begin();
    await they.fill({ unit_name: "深圳市另一家样例有限公司", unit_document_number: credit_code() });
    await page.goto("/me/cases");
    await page.getByLabel("单位").selectOption("深圳市另一家样例有限公司");
    await expect.poll(() => page.getByRole("link", { name: first }).count()).toBe(0);
    await page.getByRole("link", { name: they.id }).waitFor();
    await look(page, "many-units");
    await they.context.close();
  });
});
