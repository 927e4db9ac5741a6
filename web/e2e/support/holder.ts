// The holder with the UKey that has come by courier: takes it over, and stamps documents with it.
import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { at, type Office, programs, sms_code } from "./office";

const run_file = promisify(execFile);

interface Deposit {
  readonly id: string;
  readonly remark: string;
}

export class Holder {
  private readonly folder: string;
  constructor(private readonly office: Office, private readonly mobile: string) {
    this.folder = join(office.folder, "holder");
    mkdirSync(this.folder);
  }
  private file(name: string, content?: string | Buffer): string {
    const path = join(this.folder, name);
    if (content !== undefined) {
      writeFileSync(path, content, { mode: 0o600 });
    }
    return path;
  }
  private async run(program: "yinxin" | "yinxin-agent", ...words: string[]): Promise<void> {
    await run_file(join(programs, "bin", program), words, { env: { ...process.env, YINXIN_SOFT_TOKENS: join(this.office.demo, "tokens") } });
  }
  /** What the unit's finance reads in the remark of the bank's receipt. */
  async secret(case_number: string): Promise<string> {
    const deposits = await at<Deposit[]>(this.office.place("direct_link"), "/admin/deposits");
    return /(\d{8})$/.exec(deposits.find((each) => each.id.startsWith(case_number))?.remark ?? "")?.[1] ?? "";
  }
  async takes_over(secret: string): Promise<void> {
    const hall = ["--hall", this.office.hall, "--device", "holder"];
    const before = await sms_code(this.office, this.mobile);
    await this.run("yinxin-agent", "send-code", ...hall, "--mobile-file", this.file("mobile", this.mobile), "--ticket", this.file("ticket"));
    await this.run(
      "yinxin-agent", "activate", ...hall, "--roles-ca", join(this.office.demo, "handed/roles.cer"), "--new-pin-file", join(this.office.demo, "holder-pin"),
      "--ticket", this.file("ticket"), "--code-file", this.file("code", await sms_code(this.office, this.mobile, before)), "--secret-file", this.file("secret", secret),
    );
  }
  async stamps(seal: Buffer, ofd: Buffer): Promise<Buffer> {
    mkdirSync(this.file("trust"), { recursive: true });
    for (const issuer of ["root", "issuing", "roles"]) {
      writeFileSync(this.file(`trust/${issuer}.cer`), readFileSync(join(this.office.demo, "handed", `${issuer}.cer`)));
      const list = await fetch(`${this.office.hall}/crl/${issuer}.crl`);
      writeFileSync(this.file(`trust/${issuer}.crl`), Buffer.from(await list.arrayBuffer()));
    }
    await this.run(
      "yinxin", "stamp", "--device", "holder", "--pin-file", join(this.office.demo, "holder-pin"), "--seal", this.file("seal.esl", seal), "--page", "1", "--x", "130", "--y", "200",
      "--tsa", `${this.office.hall}/tsa`, "--ocsp", `${this.office.hall}/ocsp`, "--trust", this.file("trust"), "--in", this.file("plain.ofd", ofd), "--out", this.file("stamped.ofd"),
    );
    return readFileSync(this.file("stamped.ofd"));
  }
}
