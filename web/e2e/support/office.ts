// An office of its own on free ports, in a folder that goes with it: apps/demo/up, with every provider emulated.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { end, free_ports, Said } from "./process";

export const root = fileURLToPath(new URL("../../..", import.meta.url));
export const programs = resolve(process.env["YX_PROGRAMS"] ?? join(root, "build/release"));

export interface Office {
  readonly folder: string;
  /** What its people have: soft UKeys, certificates that were handed out. */
  readonly demo: string;
  readonly port: number;
  readonly hall: string;
  readonly desk: string;
  readonly project: string;
  /** Addresses of the emulated providers by name: "sms", "face", "wechat_pay" … */
  readonly places: ReadonlyMap<string, string>;
  place(name: string): string;
  stop(): Promise<void>;
}
export const user_pin = "demo-user-pin"; // of apps/demo/people.sh

export async function start_office(): Promise<Office> {
  const port = await free_ports(4);
  const folder = mkdtempSync(join(tmpdir(), "yinxin-e2e-"));
  const data = join(folder, "data");
  const child = spawn(join(root, "apps/demo/up"), ["--data", data, "--port", String(port), "--programs", programs], { stdio: ["ignore", "pipe", "pipe"] });
  const said = new Said(child);
  await said.until(/all is open/);
  const places = new Map([...said.text.matchAll(/^ {2}([a-z_]+) (https?:\/\/\S+)$/gm)].map((each) => [each[1] ?? "", each[2] ?? ""]));
  return {
    folder,
    demo: `${data}.demo`,
    port,
    hall: `http://127.0.0.1:${port}`,
    desk: `http://127.0.0.1:${port + 1}`,
    project: /projectId ([0-9a-f]{32})/.exec(said.text)?.[1] ?? "",
    places,
    place: (name) => {
      const found = places.get(name);
      if (!found) {
        throw new Error(`no provider ${name} in:\n${said.text}`);
      }
      return found;
    },
    stop: async () => {
      await end(child);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** At a provider's admin door. */
export async function at<T = unknown>(place: string, path: string, body?: unknown): Promise<T> {
  const answered = await fetch(place + path, {
    ...(body === undefined ? {} : { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) }),
  });
  if (!answered.ok) {
    throw new Error(`${path} answered ${answered.status}: ${await answered.text()}`);
  }
  const text = await answered.text();
  return (text === "" ? undefined : JSON.parse(text)) as T;
}

interface Message {
  readonly out_id?: string;
  readonly parameters?: Record<string, string>;
}
/** The newest code that this number got by SMS, once one has come that is not `before`. */
export async function sms_code(office: Office, mobile: string, before = ""): Promise<string> {
  for (let tries = 0; tries < 400; ++tries) {
    const messages = await at<Message[]>(office.place("sms"), `/admin/messages?mobile=${mobile}`);
    const code = [...messages].reverse().find((each) => each.parameters?.["code"])?.parameters?.["code"];
    if (code && code !== before) {
      return code;
    }
  }
  throw new Error(`no code came to ${mobile}`);
}
