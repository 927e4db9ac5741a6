// Papers that are not the ones that are asked for, and a phone that is not the one, too late, or may not use its camera.
import { describe, expect, it } from "vitest";
import { open_page, phone } from "../support/browser";
import { look } from "../support/edges";
import { type Applying, somebody } from "../support/fast_forward";
import { by_sms } from "../support/office";
import { open_office } from "../support/open";
import { printed, stamped, turned } from "../support/papers";
import { card, upload } from "../support/walk";

const here = open_office();
const of_slot = (they: Applying, slot: string) => they.page.locator(".slot", { has: they.page.locator(`#pick-${slot}`) });

describe("a form that was changed after it was printed", () => {
  it("has to be printed again, and the older print is known by its code", async () => {
    const they = await (await somebody(here)).to_papers();
    const { page, id } = they;
    const old = they.form;
    await page.goto(`/apply/${id}/info`);
    await page.locator("#f-requester_post").fill("总工程师");
    await page.locator("#f-requester_post").blur();
    await page.getByText("已保存").waitFor();
    await page.goto(`/apply/${id}/form`);
    await page.getByText("请重新打印新一版申请表并盖章").waitFor();
    await page.getByRole("button", { name: "下一步" }).click();
    await page.getByText("请先打印申请表（第2版）").waitFor();
    await look(page, "form-outdated");
    await page.getByRole("button", { name: "打印申请表" }).click();
    await page.getByText("已生成申请表第2版").waitFor();
    await page.getByRole("button", { name: "下一步" }).click();
    await page.getByText("已过期，请重新打印盖章").waitFor();
    await page.getByRole("button", { name: "重新上传 申请表扫描件" }).or(page.locator("#pick-application_form")).first().waitFor({ state: "attached" });
    await upload(page, "application_form", printed(old));
    await of_slot(they, "licence").waitFor();
    await page.getByText("这是第1版申请表").waitFor();
    await look(page, "form-older-version");
    const other = await (await somebody(here)).to_form();
    await page.getByRole("button", { name: "取消" }).click();
    await upload(page, "application_form", printed(other.form));
    await page.getByText("这是另一份申请的申请表").waitFor();
    await look(page, "form-of-another");
    await other.context.close();
    expect(they.wrong).toEqual([]);
    await they.context.close();
  });
});

describe("an impression", () => {
  it("that is pale, cut off, or on the wrong paper is refused with what to do", async () => {
    const they = await somebody(here);
    await (await (await (await they.sign_in()).begin(true)).fill()).print();
    const { page, id, who } = they;
    const sheet = printed(Buffer.from(await (await page.request.get(`/api/v1/cases/${id}/impression-sheet`)).body()));
    await page.goto(`/apply/${id}/materials`);
    const refused = async (file: Buffer, sentence: string, name: string): Promise<void> => {
      await upload(page, "impression_sheet", file);
      await page.getByText(sentence).waitFor();
      await look(page, name);
      await page.getByRole("button", { name: "取消" }).click();
    };
    await refused(await stamped(page, sheet, 105, 137.5, who.unit, 0.16), "印章过淡", "impression-pale");
    await refused(await stamped(page, sheet, 68, 137.5, who.unit), "印章超出采集框", "impression-cut-off");
    await refused(sheet, "采集框内未找到红色印章", "impression-missing");
    await refused(printed(they.form), "未找到采集表的定位标记", "impression-no-marks");
    // A new seal after the sheet was scanned: the same paper once more; photographed askew it is set straight by its marks.
    await upload(page, "impression_sheet", await turned(page, await stamped(page, sheet, 105, 137.5, who.unit), 7));
    await page.getByText("电子签章将显示为").waitFor();
    await page.getByText("更换了公章").waitFor();
    await look(page, "seal-changed");
    await they.context.close();
  });
});

describe("the requester's phone", () => {
  it("is one phone: the second is told so, and so is who scans a code that was replaced or has run out", async () => {
    const they = await (await somebody(here)).to_papers();
    const { page, id, office } = they;
    await page.clock.install();
    await page.goto(`/apply/${id}/identity`);
    const link = page.locator(".phone-link");
    await link.waitFor();
    const path = new URL((await link.getAttribute("href")) ?? "").pathname;
    await page.clock.fastForward("05:30");
    await page.getByText("二维码已过期，请刷新").waitFor();
    await look(page, "code-late");
    const handheld = { baseURL: office.hall, isMobile: true, hasTouch: true };
    const first = await open_page(here.browser, phone, handheld);
    await first.page.goto(path);
    await first.page.getByRole("heading", { name: "办理信息确认" }).waitFor();
    const second = await open_page(here.browser, phone, handheld);
    await second.page.goto(path);
    await second.page.getByText("该二维码已在另一台手机上使用").waitFor();
    await look(second.page, "phone-second");
    await page.getByRole("button", { name: "刷新二维码" }).click();
    await expect.poll(() => link.getAttribute("href")).not.toContain(path);
    await second.page.reload();
    await second.page.getByText("二维码已刷新").waitFor();
    await look(second.page, "phone-replaced");
    await Promise.all([first.context.close(), second.context.close(), they.context.close()]);
  });
  it("gets the link by SMS as well, for whoever has nothing to scan with, but not twice in a minute", async () => {
    const they = await (await somebody(here)).to_papers();
    const { page, id, office, who } = they;
    await page.goto(`/apply/${id}/identity`);
    const link = page.locator(".phone-link");
    await link.waitFor();
    const before = await link.getAttribute("href");
    const send = page.getByRole("button", { name: `发送短信链接到 ${who.mobile.slice(0, 3)}****${who.mobile.slice(-4)}` });
    await send.click();
    await page.getByText("短信已发送到").waitFor();
    await look(page, "link-by-sms");
    const sent = await by_sms(office, who.mobile, "link");
    expect(sent).not.toBe(before);
    expect(await link.getAttribute("href"), "the code on the screen is the same link").toBe(sent);
    await send.click();
    await page.getByText("请60秒后再试").waitFor();
    await look(page, "link-by-sms-again");
    const handheld = await open_page(here.browser, phone, { isMobile: true, hasTouch: true });
    await handheld.page.goto(sent);
    await handheld.page.getByRole("heading", { name: "办理信息确认" }).waitFor();
    await look(handheld.page, "link-by-sms-phone");
    await page.getByText("已扫码，请在手机上继续").waitFor();
    expect([...they.wrong, ...handheld.wrong]).toEqual([]);
    await Promise.all([handheld.context.close(), they.context.close()]);
  });
  it("may refuse the camera, the person, or the face, and always says what else there is", async () => {
    const they = await (await somebody(here)).to_papers();
    const { office, who } = they;
    const { page, context } = await open_page(here.browser, phone, { baseURL: office.hall, isMobile: true, hasTouch: true });
    await page.goto(await they.phone_link());
    await page.getByRole("button", { name: "不是我" }).click();
    await page.getByText("请把手机交给经办人本人").waitFor();
    await look(page, "phone-not-me");
    await page.getByRole("button", { name: "是我本人，继续" }).click();
    await page.getByText("无法打开相机？").click();
    await page.getByText("设置 → 应用 → 微信 → 权限").waitFor();
    await page.getByText("设置 → 微信 → 打开“相机”").waitFor();
    await look(page, "phone-camera-refused");
    const send = async (side: "portrait" | "emblem", name?: string): Promise<void> => {
      await page.locator("#album").setInputFiles({ name: "card.jpg", mimeType: "image/jpeg", buffer: await card(page, office, who, side, name) });
      await page.getByRole("button", { name: "使用这张照片" }).click();
    };
    await send("portrait", "王小二");
    await page.getByText("身份证姓名与填写的信息不一致").waitFor();
    await look(page, "phone-other-card");
    await send("portrait");
    await page.getByRole("heading", { name: "国徽面" }).waitFor();
    await send("emblem");
    await page.getByRole("button", { name: "下一步" }).click();
    await page.getByRole("checkbox").check();
    await page.getByRole("button", { name: "开始活体认证" }).click();
    await page.waitForURL((url) => url.origin === new URL(office.place("face")).origin);
    await page.locator('[value="fail"]').first().click();
    await page.getByText("认证未通过").waitFor();
    await page.getByText("今天已尝试1次").waitFor();
    await look(page, "phone-face-failed");
    await page.getByRole("button", { name: "人工核验" }).click();
    await page.getByText("请回到电脑继续办理").waitFor();
    await Promise.all([context.close(), they.context.close()]);
  });
  it("is told, once the case is handed in, who comes to look at whoever would not show his face to a machine", async () => {
    const they = await (await somebody(here)).to_papers();
    await (await (await they.leave_identity_to_person()).name_account()).pay();
    await they.until((now) => now.state.code === "proving_identity");
    await they.page.goto(`/me/cases/${they.id}`);
    await they.page.getByText("您选择了人工核验：请保持电话畅通").waitFor();
    expect(await they.page.getByRole("button", { name: "去认证" }).count(), "there is no page to go to").toBe(0);
    await look(they.page, "by-person");
    expect(they.wrong).toEqual([]);
    await they.context.close();
  });
});
