// A requester who needs no browser: applies, hands in papers, proves identity and pays over HTTP, so that officers have
// a case of somebody.
import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Office, programs } from "./office";

const run_file = promisify(execFile);

export class Customer {
  private constructor(private readonly office: Office, private readonly seed: number) {}
  private file(name: string): string {
    return join(this.office.folder, `${name}-${this.seed}`);
  }
  /** One step, and what it said. */
  async step(...words: string[]): Promise<string> {
    const told = await run_file(join(programs, "bin", "demo-customer"), [
      "--memory", this.file("memory"), "--hall", this.office.hall, "--places", this.file("places"), "--seed", String(this.seed),
      "--project", this.office.project, ...words,
    ]);
    return told.stdout;
  }
  get number(): string {
    return readFileSync(this.file("values"), "utf8").trim().split("\n").at(-1) ?? "";
  }
  /** Everything as far as the officers. */
  static async with_case(office: Office, seed: number): Promise<Customer> {
    const customer = new Customer(office, seed);
    writeFileSync(customer.file("places"), [...office.places].map(([name, url]) => `  ${name} ${url}\n`).join(""));
    await customer.step("apply", customer.file("form"), customer.file("values"));
    await customer.step("papers");
    await customer.step("identity");
    await customer.step("pay");
    await customer.step("wait", "awaiting_acceptance");
    return customer;
  }
}
