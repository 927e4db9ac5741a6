// The production officer's station: where the UKey that is being made is touched, at a terminal of its own.
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Office, programs } from "./office";

const run_file = promisify(execFile);

export class Station {
  constructor(private readonly office: Office, private readonly number: string) {}
  /** The key is born on the UKey, and an officer's signature binds it to the case. */
  async key(): Promise<void> {
    const pin = this.at("user-pin");
    await this.run("key", "--present-admin-pin-file", this.at("admin-pin"), "--present-user-pin-file", pin, "--approval-device", "production", "--approval-pin-file", pin);
  }
  /** Certificates and seal go onto it, and are read back. */
  async write(): Promise<void> {
    await this.run("write");
  }
  private at(name: string): string {
    return join(this.office.demo, name);
  }
  private async run(verb: string, ...more: string[]): Promise<void> {
    await run_file(
      join(programs, "bin", "yinxin-agent"),
      [
        "station", verb, this.number, ...more, "--secrets", this.at("secrets.der"), "--station-key", this.at("station.key"),
        "--station-passphrase", this.at("station-passphrase"), "--station", this.at("handed/station-1.cer"), "--roles-ca", this.at("handed/roles.cer"),
        "--holder-device", "holder", "--desk", this.office.desk, "--device", "production", "--pin-file", this.at("user-pin"),
      ],
      { env: { ...process.env, YINXIN_SOFT_TOKENS: this.at("tokens") } },
    );
  }
}
