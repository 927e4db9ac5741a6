// A draft that lies while its programme changes: another price is agreed to first, and a programme that closes says so.
import { describe, expect, it } from "vitest";
import { look } from "../support/edges";
import { type Applying, somebody } from "../support/fast_forward";
import { open_office } from "../support/open";

const here = open_office();
let they: Applying;

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
  it("that closes keeps the draft, and says that it goes no further", async () => {
    const { page, id, office } = they;
    await office.adopt("sz-works-3.yaml", (now) => now.replace("version: 1\ncode", "version: 3\ncode").replace("status: open", "status: closed"));
    await page.goto(`/apply/${id}/info`);
    await page.getByText("本申请现在不能继续办理或付款").waitFor();
    await page.locator("#f-unit_name").waitFor();
    expect(await page.locator("#f-unit_name").inputValue()).toBe(they.who.unit);
    await look(page, "closed-with-a-draft");
    await page.goto(`/apply?projectId=${office.project}`);
    await page.getByRole("heading", { name: "该项目暂停受理" }).waitFor();
    await page.getByRole("link", { name: "我的业务单" }).waitFor();
    await look(page, "closed");
    await page.getByRole("link", { name: "我的业务单" }).click();
    await page.getByRole("link", { name: id }).waitFor();
    expect(they.wrong).toEqual([]);
  });
});
