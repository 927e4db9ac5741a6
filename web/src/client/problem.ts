// Bad news as the server says it (RFC 9457), and what there is to say when there was no server.

export interface FieldProblem {
  readonly field: string;
  readonly code: string;
  readonly message: string;
  readonly message_en: string;
  readonly is_warning: boolean;
}

export interface Problem {
  readonly status: number; // 0: nobody answered
  readonly code: string;
  readonly reason: string;
  readonly detail: string;
  readonly detail_en: string;
  readonly problems: readonly FieldProblem[];
}

const text = (value: unknown): string => (typeof value === "string" ? value : "");

function is_field_problem(value: unknown): value is FieldProblem {
  return typeof value === "object" && value !== null && "field" in value && "message" in value;
}

/** What `body` says; never throws, since it may come from anything that stands between. */
export function problem_of(status: number, body: unknown): Problem {
  const said = (typeof body === "object" && body !== null ? body : {}) as Record<string, unknown>;
  const problems = Array.isArray(said["problems"]) ? said["problems"].filter(is_field_problem) : [];
  return {
    status,
    code: text(said["code"]),
    reason: text(said["reason"]),
    detail: text(said["detail"]),
    detail_en: text(said["detail_en"]),
    problems,
  };
}

export const unreachable: Problem = problem_of(0, {
  code: "unreachable",
  detail: "连接不上服务器，请检查网络后重试。已填写的内容仍在本页。",
  detail_en: "The server cannot be reached. Check your network and try again; what you typed is still on this page.",
});

/** The server has a safety check that this page cannot make: it is an older page than the server. */
export const unsolved: Problem = problem_of(0, {
  code: "unsupported",
  reason: "puzzle.unsolved",
  detail: "本页无法完成安全验证，请刷新页面后重试；仍不成功时请拨打服务热线。",
  detail_en: "This page cannot make the safety check. Reload it and try again, or call the hotline.",
});

/** In the language of the page. */
export function sentence_of(problem: Problem, locale: string): string {
  const own = locale.startsWith("en") ? problem.detail_en || problem.detail : problem.detail || problem.detail_en;
  return own || (locale.startsWith("en") ? `The server answered ${problem.status}.` : `服务器返回 ${problem.status}，请稍后重试。`);
}
