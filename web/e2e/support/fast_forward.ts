// Brings an applicant to a named step by the hall's own interface, in the session of a page: what the page would have sent.
import type { APIResponse, Browser, BrowserContext, Page } from "playwright-core";
import { do_work, type Puzzle } from "../../src/hall/puzzle/work";
import { type Applicant, draw_applicant } from "./applicant";
import { open_page, pc } from "./browser";
import { at, type Office, sms_code } from "./office";
import { printed } from "./papers";
import { card, introduce } from "./walk";

const mark = { "X-Yinxin-Page": "1" };
export interface CaseShown {
  readonly id: string;
  readonly version: number;
  readonly state: { readonly code: string };
  readonly answers: Record<string, string>;
  readonly orders: readonly { readonly number: string; readonly state: string; readonly price_fen: number }[];
  readonly deposits: readonly { readonly id: string; readonly state: string; readonly reason: string }[];
}
async function answered(response: APIResponse, ...good: number[]): Promise<APIResponse> {
  if (!good.includes(response.status())) {
    throw new Error(`${response.url()} answered ${response.status()}: ${await response.text()}`);
  }
  return response;
}

export class Applying {
  id = "";
  form: Buffer = Buffer.alloc(0);
  constructor(readonly page: Page, readonly context: BrowserContext, readonly office: Office, readonly who: Applicant, readonly wrong: string[]) {}

  private path(rest = ""): string {
    return `/api/v1/cases/${this.id}${rest}`;
  }
  private async post(path: string, data: unknown = {}, ...good: number[]): Promise<APIResponse> {
    return answered(await this.page.request.post(path, { headers: mark, data }), ...(good.length > 0 ? good : [200, 201]));
  }
  async shown(): Promise<CaseShown> {
    return (await (await answered(await this.page.request.get(this.path()), 200)).json()) as CaseShown;
  }
  async sign_in(before = ""): Promise<this> {
    const given = (await (await this.post("/api/v1/login/puzzles")).json()) as Puzzle & { puzzle: string };
    const asked = { mobile: this.who.mobile, puzzle: given.puzzle, proof: do_work(given) };
    const sent = (await (await this.post("/api/v1/login/codes", asked, 202)).json()) as { challenge: string };
    const code = await sms_code(this.office, this.who.mobile, before);
    await this.post("/api/v1/login", { mobile: this.who.mobile, challenge: sent.challenge, code, project_id: this.office.project });
    return this;
  }
  /** A case with every document agreed to; without a seal, whose sheet only some of the tests need. */
  async begin(wants_seal = false): Promise<this> {
    const key = { ...mark, "Idempotency-Key": `edge-${Math.random()}` };
    const made = await answered(await this.page.request.post("/api/v1/cases", { headers: key, data: { project_id: this.office.project } }), 201);
    this.id = ((await made.json()) as CaseShown).id;
    const offer = (await (await answered(await this.page.request.get(`/api/v1/projects/${this.office.project}`), 200)).json()) as {
      documents: { document: string; sm3: string }[];
    };
    await this.post(this.path("/consents"), { documents: Object.fromEntries(offer.documents.map((each) => [each.document, each.sm3])) });
    // This browser has shown the promotion.
    await this.context.addInitScript((key) => window.localStorage.setItem(key, "1"), `yinxin.promotion.${this.id}`);
    return this.answer({}, wants_seal);
  }
  async answer(answers: Record<string, string>, wants_seal?: boolean): Promise<this> {
    const { version } = await this.shown();
    const data = { version, answers, ...(wants_seal === undefined ? {} : { wants_seal }) };
    await answered(await this.page.request.patch(this.path(), { headers: mark, data }), 200);
    return this;
  }
  entry(): Record<string, string> {
    const { who } = this;
    return {
      years: "1", unit_name: who.unit, unit_document_kind: "统一社会信用代码证", unit_document_number: who.code,
      unit_region: "广东省/深圳市", unit_address: "福田区样例路1号样例大厦8楼", legal_name: who.legal.name, legal_id_number: who.legal.id_number,
      legal_mobile: `136${who.mobile.slice(3)}`,
      requester_name: who.requester.name, requester_id_number: who.requester.id_number, requester_mobile: who.mobile,
      requester_mail: "sample@example.com", requester_post: "商务经理", mailing_name: who.requester.name, mailing_phone: who.mobile,
      mailing_region: "广东省/深圳市/福田区", mailing_address: "样例路1号样例大厦8楼801", invoice_choice: "否",
    };
  }
  async fill(other: Record<string, string> = {}): Promise<this> {
    return this.answer({ ...this.entry(), ...other });
  }
  async print(): Promise<this> {
    await this.post(this.path("/entry"));
    this.form = Buffer.from(await (await this.post(this.path("/application-form"))).body());
    return this;
  }
  async upload(slot: string, data: Buffer): Promise<this> {
    const headers = { ...mark, "Content-Type": "application/octet-stream" };
    await answered(await this.page.request.put(this.path(`/materials/${slot}`), { headers, data }), 200);
    return this;
  }
  /** The form as printed (no seal pressed on it: that only warns), and the same sheet where the licence goes. */
  async hand_in_papers(): Promise<this> {
    const scan = printed(this.form);
    return (await this.upload("application_form", scan)).upload("licence", scan);
  }
  /** The link for the phone; ends the entry. */
  async phone_link(): Promise<string> {
    return new URL(((await (await this.post(this.path("/phone-links"))).json()) as { url: string }).url).pathname;
  }
  async leave_identity_to_person(): Promise<this> {
    await this.phone_link();
    await this.post(this.path("/identity/by-person"));
    return this;
  }
  /** Card and face on the phone's interface; the emulated provider is told that it was the person. */
  async prove_identity(): Promise<this> {
    const token = (await this.phone_link()).split("/").at(-1) ?? "";
    const headers = { ...mark, "X-Yinxin-Device": `device-${token}` };
    const ask = async (path: string, data: unknown): Promise<APIResponse> => answered(await this.page.request.post(`/api/v1/phone/${token}/${path}`, { headers, data }), 200);
    await ask("visit", {});
    for (const side of ["portrait", "emblem"] as const) {
      const data = await card(this.page, this.office, this.who, side);
      await answered(await this.page.request.put(`/api/v1/phone/${token}/card/${side}`, { headers: { ...headers, "Content-Type": "application/octet-stream" }, data }), 200);
    }
    const { url } = (await (await ask("face", { consent: true })).json()) as { url: string };
    await this.page.request.post(url, { form: { verdict: "pass" }, maxRedirects: 0 });
    await ask("face/result", {});
    return this.until((now) => now.state.code === "awaiting_payment");
  }
  async name_account(number = this.who.account): Promise<this> {
    const answers = { account_name: this.who.unit, account_bank: "中国工商银行深圳福田支行", account_number: number };
    await answered(await this.page.request.put(this.path("/account"), { headers: mark, data: { answers } }), 200);
    return this;
  }
  /** The number of an open order. */
  async order(way = "wechat"): Promise<string> {
    const made = (await (await this.post(this.path("/payments"), { way })).json()) as CaseShown;
    return made.orders.at(-1)?.number ?? "";
  }
  async pay(): Promise<this> {
    const number = await this.order();
    await at(this.office.place("wechat_pay"), `/admin/orders/${number}/pay`, {});
    return this.until((now) => now.state.code !== "awaiting_payment");
  }
  async until(holds: (now: CaseShown) => boolean): Promise<this> {
    for (let tries = 0; tries < 1500; ++tries) {
      if (holds(await this.shown())) {
        return this;
      }
    }
    throw new Error(`the case did not come so far: ${JSON.stringify(await this.shown())}`);
  }

  async to_form(): Promise<this> {
    return (await (await (await this.sign_in()).begin()).fill()).print();
  }
  async to_papers(): Promise<this> {
    return (await this.to_form()).hand_in_papers();
  }
  async to_payment(): Promise<this> {
    return (await this.to_papers()).leave_identity_to_person();
  }
  async to_desk(account?: string): Promise<this> {
    await (await this.to_papers()).prove_identity();
    await (await this.name_account(account)).pay();
    return this.until((now) => now.state.code === "awaiting_acceptance");
  }
}

/** Somebody new, known to carrier and bank, with a browser window of his own. */
export async function somebody({ browser, office }: { browser: Browser; office: Office }, known: { readonly is_known?: boolean } = {}): Promise<Applying> {
  const who = draw_applicant();
  if (known.is_known ?? true) {
    await introduce(office, who);
  }
  const { page, context, wrong } = await open_page(browser, pc, { baseURL: office.hall });
  return new Applying(page, context, office, who, wrong);
}
