// What the desk is asked, with the types of its contract.
import { type Answer, answer_to, client_of } from "@/client/ask";
import type { components, paths } from "@/client/desk.generated";
import { problem_of, unreachable } from "@/client/problem";

type Schemas = components["schemas"];
export type Officer = Schemas["Officer"];
export type CaseSummary = Schemas["CaseSummary"];
export type DeskCase = Schemas["Case"];
export type Line = Schemas["Line"];
export type Check = Schemas["Check"];
export type Receipt = Schemas["Receipt"];
export type CaseEvent = Schemas["Event"];
export type Consent = Schemas["Consent"];
export type Due = Schemas["Due"];
export type MoneyItem = Schemas["MoneyItem"];
export type TransferItem = Schemas["TransferItem"];
export type AuditEntry = Schemas["AuditEntry"];
export type AuditBreak = Schemas["AuditBreak"];
export type AuditPage = Schemas["AuditPage"];
export type ListedOfficer = Schemas["ListedOfficer"];
export type Programme = Schemas["Programme"];
export type LegalCheck = Schemas["LegalCheck"];
export type Bundle = Schemas["Bundle"];
export type Decision = "accept" | "approve";

// No page of another origin can set it.
const mark = { "X-Yinxin-Desk": "1" };
export const desk = client_of<paths>(mark);

const of_case = (number: string) => ({ params: { path: { case: number } } });

/** Deeds on a case; they answer with the case as it stands then, or with the one value that is asked for. */
export const deeds = {
  show: (number: string) => answer_to<DeskCase>(desk.GET("/desk/v1/cases/{case}", of_case(number))),
  reveal: (number: string, field: string) =>
    answer_to<{ field: string; value: string }>(desk.POST("/desk/v1/cases/{case}/reveal", { ...of_case(number), body: { field } })),
  claim: (number: string) => answer_to<DeskCase>(desk.POST("/desk/v1/cases/{case}/claim", { ...of_case(number), body: {} })),
  evidence: (number: string) =>
    answer_to<DeskCase>(desk.POST("/desk/v1/cases/{case}/evidence", { ...of_case(number), body: {} })),
  give_back: (number: string, reason: string, reopened: Record<string, string>) =>
    answer_to<DeskCase>(desk.POST("/desk/v1/cases/{case}/return", { ...of_case(number), body: { reason, reopened } })),
  refuse: (number: string, reason: string) =>
    answer_to<DeskCase>(desk.POST("/desk/v1/cases/{case}/refusal", { ...of_case(number), body: { reason } })),
  identity: (number: string, seen: { method: "video" | "counter"; words: string }) =>
    answer_to<DeskCase>(desk.POST("/desk/v1/cases/{case}/identity", { ...of_case(number), body: seen })),
  dispatch: (number: string) =>
    answer_to<DeskCase>(desk.POST("/desk/v1/cases/{case}/dispatch", { ...of_case(number), body: {} })),
  parcel: (number: string, standing: "returned" | "lost") =>
    answer_to<DeskCase>(desk.POST("/desk/v1/cases/{case}/parcel", { ...of_case(number), body: { standing } })),
  issue: (number: string, line: number) =>
    answer_to<DeskCase>(
      desk.POST("/desk/v1/cases/{case}/lines/{line}/issue", { params: { path: { case: number, line } }, body: {} }),
    ),
};

/** A statement goes as the bytes that were signed. */
export async function hand_in(number: string, decision: Decision, approval_base64: string): Promise<Answer<DeskCase>> {
  const path = decision === "accept" ? "acceptance" : "second-approval";
  try {
    const bytes = Uint8Array.from(atob(approval_base64), (c) => c.charCodeAt(0));
    const response = await fetch(`/desk/v1/cases/${encodeURIComponent(number)}/${path}`, {
      method: "POST",
      credentials: "same-origin",
      headers: { ...mark, "Content-Type": "application/octet-stream" },
      body: bytes,
    });
    const body: unknown = await response.json().catch(() => undefined);
    return response.ok ? { ok: true, value: body as DeskCase } : { ok: false, problem: problem_of(response.status, body) };
  } catch {
    return { ok: false, problem: unreachable };
  }
}

export function bundle_of(number: string, decision: Decision, overrides: Record<string, string>): Promise<Answer<Bundle>> {
  const override = Object.entries(overrides).map(([kind, reason]) => `${kind}=${reason}`);
  return answer_to<Bundle>(
    desk.GET("/desk/v1/cases/{case}/approval-bundle", {
      params: { path: { case: number }, query: { decision, ...(override.length > 0 ? { override } : {}) } },
    }),
  );
}
