// The requester's journey as a person walks it: PC for the hall, a phone-sized window for the identity, every screen looked
// at and measured for accessibility.
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";
import { draw_applicant } from "./support/applicant";
import { open_page, pc, picture } from "./support/browser";
import { look } from "./support/look";
import { at } from "./support/office";
import { open_office } from "./support/open";
import { agree, fill_in, introduce, type Papers, prepare_papers, print_form, prove_identity, sign_in, upload } from "./support/walk";
import { weigh } from "./support/weight";

const here = open_office();
let page: Page;
let wrong: string[];
let papers: Papers;
const who = draw_applicant();
const id = (): string => /(YX\d{15,16})/.exec(page.url())?.[1] ?? "";

beforeAll(async () => {
  await introduce(here.office, who);
  ({ page, wrong } = await open_page(here.browser, pc, { baseURL: here.office.hall }));
});

describe("a requester who has never seen the hall", () => {
  it("finds the programme on the home page, in either language and size", async () => {
    await page.goto("/");
    await page.getByRole("heading", { level: 3 }).first().waitFor();
    await look(page, "hall-home");
    await page.getByRole("button", { name: "English" }).click();
    await page.getByRole("heading", { name: "Digital certificates, applied for online" }).waitFor();
    await picture(page, "hall-home-en");
    await page.getByRole("button", { name: "中文" }).click();
  });
  it("has it larger, and it stays so", async () => {
    const body_px = (): Promise<number> => page.evaluate(() => parseFloat(getComputedStyle(document.body).fontSize));
    expect(await body_px()).toBe(16);
    await page.getByRole("button", { name: "长辈版" }).click();
    await expect.poll(body_px).toBeGreaterThanOrEqual(20);
    await page.reload();
    await page.getByRole("button", { name: "标准版", pressed: true }).waitFor();
    expect(await body_px()).toBeGreaterThanOrEqual(20);
    await look(page, "hall-home-elder");
    await page.getByRole("button", { name: "标准版" }).click();
    await expect.poll(body_px).toBe(16);
  });
  it("sees nothing move that asked for nothing to move", async () => {
    const moving = await page.evaluate(() =>
      [...document.querySelectorAll("*")].filter((each) => {
        const style = getComputedStyle(each);
        return [...style.transitionDuration.split(","), ...style.animationDuration.split(",")].some((time) => parseFloat(time) > 0.001);
      }).length,
    );
    expect(moving).toBe(0);
  });
  it("fetches less than 300 KB of scripts for the home page", async () => {
    const { scripts, packed_bytes, plain_bytes } = await weigh(here.browser, here.office.hall);
    process.stdout.write(`the hall's home: ${scripts} scripts, ${packed_bytes} bytes packed, ${plain_bytes} plain\n`);
    expect(scripts).toBeGreaterThan(0);
    expect(packed_bytes).toBeGreaterThan(10_000);
    expect(packed_bytes).toBeLessThan(plain_bytes / 2);
    expect(packed_bytes).toBeLessThan(300_000);
  });
  it("is told of a link that leads nowhere", async () => {
    await page.goto("/apply?projectId=00000000000000000000000000000000");
    await page.getByRole("heading", { name: "没有找到这个项目" }).waitFor();
    await look(page, "hall-unknown-project");
  });
  it("signs in by SMS, and reads what is wrong first", async () => {
    await page.goto(`/apply?projectId=${here.office.project}`);
    await page.getByLabel("手机号码").fill("1380000");
    await page.getByRole("button", { name: "获取验证码" }).click();
    await page.getByText("手机号码应为11位数字").waitFor();
    expect(await page.evaluate(() => document.activeElement?.id)).toBe("f-mobile");
    await look(page, "hall-login");
    await sign_in(page, here.office, who.mobile);
    await page.waitForURL(/\/apply\/agreement/);
  });
  it("agrees to the documents only by own ticks", async () => {
    // Shown as not to be pressed yet, but whoever presses it is told why.
    await page.getByRole("button", { name: "进入新办" }).click({ force: true });
    await page.getByText("请阅读并勾选上述协议后继续").waitFor();
    for (const tick of await page.getByRole("checkbox").all()) {
      expect(await tick.isChecked()).toBe(false);
    }
    await look(page, "hall-agreement");
    await agree(page);
    await page.waitForURL(/\/seal$/);
  });
  it("chooses the seal and sees the promotion once", async () => {
    await page.getByRole("button", { name: "下一步" }).waitFor();
    await look(page, "hall-seal");
    await page.getByRole("button", { name: "下一步" }).click();
    await page.getByRole("dialog").waitFor();
    await look(page, "hall-promotion");
    await page.getByRole("dialog").getByRole("button", { name: "确认" }).click();
    await page.reload();
    await page.getByRole("heading", { name: "录入信息" }).waitFor();
    expect(await page.getByRole("dialog").count()).toBe(0);
  });
  it("is told what is wrong at the field, and nothing is lost", async () => {
    await page.locator("#f-unit_document_number").fill(`${who.code.slice(0, 17)}${who.code.endsWith("A") ? "B" : "A"}`);
    await page.locator("#f-unit_document_number").blur();
    await page.getByText("校验位不正确").waitFor();
    expect(await page.locator("#f-unit_document_number").getAttribute("aria-invalid")).toBe("true");
    await look(page, "hall-info-wrong");
    await fill_in(page, who);
    await page.getByText("已保存").waitFor();
    await page.reload();
    await page.locator("#f-unit_name").waitFor();
    expect(await page.locator("#f-unit_name").inputValue()).toBe(who.unit);
    await look(page, "hall-info");
    await page.getByRole("button", { name: "下一步" }).click();
    await page.waitForURL(/\/form$/);
  });
  it("has to print the form before going on", async () => {
    await page.getByRole("button", { name: "下一步" }).click();
    await page.getByText("请先打印申请表（第").waitFor();
    const form = await print_form(page);
    await look(page, "hall-form");
    expect(await page.getByRole("row", { name: /¥200\.00/ }).count()).toBe(1);
    // On paper there is the form alone.
    await page.emulateMedia({ media: "print" });
    expect(await page.getByText(who.unit).first().isVisible()).toBe(true);
    for (const each of [page.getByRole("banner"), page.getByRole("contentinfo"), page.locator(".bottom-bar"), page.getByText("已生成申请表第")]) {
      expect(await each.isVisible()).toBe(false);
    }
    await picture(page, "hall-form-printed");
    await page.emulateMedia({ media: "screen" });
    await page.getByRole("button", { name: "下一步" }).click();
    await page.waitForURL(/\/materials$/);
    papers = await prepare_papers(page, form, who);
  });
  it("uploads the papers and is told what a file lacks", async () => {
    await page.locator("#pick-licence").waitFor({ state: "attached" });
    await upload(page, "licence", Buffer.from("no picture at all"));
    await page.getByText("请上传JPG、PNG或PDF文件").waitFor();
    await page.getByText("这个文件打不开，不是图片").waitFor();
    await picture(page, "hall-materials-wrong");
    await page.getByRole("button", { name: "取消" }).click();
    for (const [slot, file] of [["application_form", papers.form], ["licence", papers.licence], ["impression_sheet", papers.sheet]] as const) {
      await upload(page, slot, file);
      await page.locator(".slot", { has: page.locator(`#pick-${slot}`) }).getByText("已上传").waitFor();
    }
    await page.getByText("电子签章将显示为").waitFor();
    await look(page, "hall-materials");
    await page.getByRole("button", { name: "下一步" }).click();
    await page.waitForURL(/\/identity$/);
  });
  it("hands over to the phone, and the page follows it", async () => {
    const link = page.locator(".phone-link");
    await link.waitFor();
    await look(page, "hall-identity");
    await prove_identity(here.browser, here.office, who, (await link.getAttribute("href")) ?? "", {
      opened: () => page.getByText("已扫码，请在手机上继续").waitFor(),
      look,
    });
    await page.getByText("认证通过", { exact: true }).waitFor();
    await look(page, "hall-identity-passed");
    await page.getByRole("button", { name: "下一步" }).click();
    await page.waitForURL(/\/pay$/);
  });
  it("pays by a code, and the page goes on by itself", async () => {
    await page.getByRole("button", { name: "去支付" }).click();
    await page.getByRole("alert").getByText("请选择付款方式").waitFor();
    await page.getByLabel("微信支付").check();
    // The operator's table is partial: another bank is taken, and said to be unknown.
    const bank = page.getByRole("combobox", { name: "基本户开户行" });
    await bank.fill("天地银行福田支行");
    await page.getByText("没有在列表中找到，请核对开户行全称").waitFor();
    // What is typed finds the bank, and a press takes it.
    await bank.fill("工商");
    const option = page.getByRole("option", { name: /^中国工商银行/ });
    await option.waitFor();
    expect(await page.getByRole("option").count()).toBe(1);
    expect(await page.getByText("没有在列表中找到").count()).toBe(0);
    await look(page, "hall-pay-banks");
    await option.click();
    expect(await bank.inputValue()).toBe("中国工商银行");
    await page.locator("#f-account_number").fill(who.account);
    await look(page, "hall-pay");
    await page.getByRole("button", { name: "去支付" }).click();
    await page.getByText("请使用微信支付扫码付款").waitFor();
    await page.locator("img.qr").waitFor();
    await look(page, "hall-pay-qr");
    await page.getByRole("button", { name: "我已支付" }).click();
    await page.getByText("尚未查到付款").waitFor();
    const number = /YX\d+-\d+/.exec((await page.locator(".handover").textContent()) ?? "")?.[0] ?? "";
    await at(here.office.place("wechat_pay"), `/admin/orders/${number}/pay`, {});
    await page.getByRole("heading", { name: "提交成功" }).waitFor();
    // The deposit goes by the number of the bank that was picked.
    const deposits = () => at<{ account_number: string; bank_number: string }[]>(here.office.place("direct_link"), "/admin/deposits");
    await expect.poll(async () => (await deposits()).find((each) => each.account_number === who.account)?.bank_number).toBe("102100099996");
    await page.getByText("最迟").waitFor();
    await look(page, "hall-done");
  });
  it("finds the case again, with whose move it is and until when", async () => {
    const mine = id();
    await page.getByRole("link", { name: "查看进度" }).click();
    await page.getByText("现在轮到：").waitFor();
    await page.getByText("已收到您的付款").waitFor();
    expect(await page.getByText(who.requester.id_number).count()).toBe(0);
    await look(page, "me-case");
    await page.getByRole("link", { name: "我的业务单" }).click();
    await page.getByRole("link", { name: mine }).waitFor();
    await look(page, "me-cases");
    await page.getByRole("link", { name: "我的订单" }).click();
    await page.getByRole("cell", { name: "¥200.00" }).waitFor();
    await look(page, "me-orders");
    await page.getByRole("link", { name: "我的证书和印章" }).click();
    await page.getByText("还没有制成的证书").waitFor();
    await look(page, "me-certificates");
    expect(wrong).toEqual([]);
  });
});
