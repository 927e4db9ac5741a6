// The agent on the officer's own machine: it holds the UKey, has a window of its own for PINs and for what is signed,
// and answers pages on loopback once the person has allowed it.
import type { Answer } from "@/client/ask";
import type { components } from "@/client/agent.generated";
import { problem_of, unreachable } from "@/client/problem";

type Schemas = components["schemas"];
export type Device = Schemas["Device"];
export type Status = Schemas["Status"];
export type DeskLogin = Schemas["DeskLogin"];

export const agent_origin = "http://127.0.0.1:21051";

async function ask<T>(path: string, body?: object): Promise<Answer<T>> {
  // Browsers that ask before a page may reach this machine want to be told that it is meant.
  const wish: RequestInit & { targetAddressSpace?: string } = {
    method: body === undefined ? "GET" : "POST",
    credentials: "omit",
    targetAddressSpace: "loopback",
  };
  if (body !== undefined) {
    wish.headers = { "Content-Type": "application/json", "X-Yinxin-Page": "1" };
    wish.body = JSON.stringify(body);
  }
  try {
    const response = await fetch(agent_origin + path, wish);
    const said: unknown = await response.json().catch(() => undefined);
    return response.ok ? { ok: true, value: said as T } : { ok: false, problem: problem_of(response.status, said) };
  } catch {
    return { ok: false, problem: unreachable };
  }
}

export const agent = {
  status: () => ask<Status>("/agent/v1/status"),
  consent: () => ask<Schemas["Consent"]>("/agent/v1/consent", {}),
  devices: () => ask<Schemas["Devices"]>("/agent/v1/devices"),
  login: (device: string, challenge: { nonce: string }) =>
    ask<DeskLogin>("/agent/v1/login", { device, challenge: { nonce: challenge.nonce } }),
  approve: (device: string, bundle: object) => ask<Schemas["Approved"]>("/agent/v1/approve", { device, bundle }),
};

/** Whether the browser, by its user's word or an administrator's, keeps this page from the machine that it runs on. */
export async function is_barred(): Promise<boolean> {
  // The newer name first; a browser throws at one that it does not know.
  for (const name of ["loopback-network", "local-network-access"]) {
    try {
      return (await navigator.permissions.query({ name: name as PermissionName })).state === "denied";
    } catch {
      continue;
    }
  }
  return false;
}

export function certificate_for(device: Device, use: "login" | "approval") {
  return device.certificates.find((each) => each.use === use);
}

/** The devices, after consent where it is still to be given. */
export async function consented_devices(): Promise<Answer<readonly Device[]>> {
  const status = await agent.status();
  if (!status.ok) {
    return status;
  }
  if (status.value.consent !== "granted") {
    const consent = await agent.consent();
    if (!consent.ok) {
      return consent;
    }
  }
  const found = await agent.devices();
  return found.ok ? { ok: true, value: found.value.devices } : found;
}
