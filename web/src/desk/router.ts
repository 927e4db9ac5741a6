import { createRouter, createWebHistory, type RouteLocationNormalized } from "vue-router";
import { find_session, session } from "./session";

export const router = createRouter({
  history: createWebHistory(),
  routes: [
    { path: "/", redirect: "/queue" },
    { path: "/login", name: "login", component: () => import("./pages/LoginPage.vue") },
    { path: "/queue", name: "queue", component: () => import("./pages/QueuePage.vue") },
    { path: "/cases/:number", name: "case", component: () => import("./pages/CasePage.vue"), props: true },
    { path: "/production/:number?", name: "production", component: () => import("./pages/ProductionPage.vue"), props: true },
    { path: "/finance", name: "finance", component: () => import("./pages/FinancePage.vue") },
    { path: "/audit", name: "audit", component: () => import("./pages/AuditPage.vue") },
    { path: "/programmes", name: "programmes", component: () => import("./pages/ProgrammesPage.vue") },
    { path: "/officers", name: "officers", component: () => import("./pages/OfficersPage.vue") },
    { path: "/:rest(.*)*", name: "nothing", component: () => import("./pages/NothingPage.vue") },
  ],
});

/** Where to go back to after a login: a path of our own, or the queue. */
export function way_back(query: unknown): string {
  return typeof query === "string" && query.startsWith("/") && !query.startsWith("//") ? query : "/queue";
}

const case_places: ReadonlySet<string> = new Set(["queue", "case", "production", "finance"]);

router.beforeEach(async (to: RouteLocationNormalized) => {
  await find_session();
  if (session.officer === null && to.name !== "login") {
    return { name: "login", query: { back: to.fullPath } };
  }
  // Who audits has no part in cases: his place is the audit.
  if (session.officer?.role === "audit_administrator" && case_places.has(String(to.name))) {
    return { name: "audit" };
  }
  return session.officer !== null && to.name === "login" ? way_back(to.query["back"]) : true;
});

/** For an answer of 401: the session is over, and the page is come back to. */
export function session_is_over(): void {
  session.officer = null;
  void router.push({ name: "login", query: { back: router.currentRoute.value.fullPath, over: "1" } });
}
