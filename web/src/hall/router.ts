// The addresses of the hall. Whoever is not signed in goes through the login and comes back to where he wanted to be.
import { nextTick } from "vue";
import { createRouter, createWebHistory, type RouteRecordRaw } from "vue-router";
import { i18n } from "@/i18n";
import { use_session } from "./stores/session";

const routes: RouteRecordRaw[] = [
  { path: "/", name: "home", component: () => import("./pages/HomePage.vue"), meta: { open: true, title: "hall.name" } },
  { path: "/apply", name: "login", component: () => import("./pages/LoginPage.vue"), meta: { open: true, title: "hall.login.title" } },
  { path: "/help", component: () => import("./pages/HelpPage.vue"), meta: { open: true, title: "hall.help.title" } },
  { path: "/apply/agreement", component: () => import("./pages/AgreementPage.vue"), meta: { title: "hall.agreement.title" } },
  {
    path: "/apply/:id",
    component: () => import("./pages/WizardPage.vue"),
    children: [
      { path: "seal", component: () => import("./pages/SealPage.vue"), meta: { screen: "seal_choice", title: "hall.seal.title" } },
      { path: "info", component: () => import("./pages/InfoPage.vue"), meta: { screen: "entry", title: "hall.info.title" } },
      { path: "form", component: () => import("./pages/FormPage.vue"), meta: { screen: "form", title: "hall.form.title" } },
      { path: "materials", component: () => import("./pages/MaterialsPage.vue"), meta: { screen: "materials", title: "hall.materials.title" } },
      { path: "identity", component: () => import("./pages/IdentityPage.vue"), meta: { screen: "identity", title: "hall.identity.title" } },
      { path: "pay", component: () => import("./pages/PayPage.vue"), meta: { screen: "payment", title: "hall.pay.title" } },
      { path: "done", component: () => import("./pages/DonePage.vue"), meta: { screen: "done", title: "hall.done.title" } },
    ],
  },
  {
    path: "/me",
    component: () => import("./pages/MePage.vue"),
    redirect: "/me/cases",
    children: [
      { path: "cases", component: () => import("./pages/CasesPage.vue"), meta: { title: "hall.me.cases" } },
      { path: "certificates", component: () => import("./pages/CertificatesPage.vue"), meta: { title: "hall.certificates.title" } },
      { path: "orders", component: () => import("./pages/OrdersPage.vue"), meta: { title: "hall.me.orders" } },
      { path: "cases/:id", component: () => import("./pages/CasePage.vue"), meta: { title: "hall.case.title" } },
      { path: "cases/:id/finance-notice", component: () => import("./pages/FinanceNoticePage.vue"), meta: { title: "hall.finance.title" } },
      { path: "cases/:id/account", component: () => import("./pages/AccountPage.vue"), meta: { title: "hall.account.title" } },
    ],
  },
  { path: "/:rest(.*)*", component: () => import("./pages/LostPage.vue"), meta: { open: true, title: "hall.lost.title" } },
];

export const router = createRouter({
  history: createWebHistory(),
  routes,
  scrollBehavior: (to, _from, kept) => kept ?? (to.hash ? { el: to.hash } : { top: 0 }),
});

router.beforeEach(async (to) => {
  if (to.meta["open"] === true || (await use_session().ensure_known())) {
    return true;
  }
  return { path: "/apply", query: { ...(to.query["projectId"] ? { projectId: to.query["projectId"] } : {}), next: to.fullPath } };
});

// A reader of screens hears where he is: the title changes and the heading takes the focus.
router.afterEach(async (to, from) => {
  const title = to.meta["title"];
  document.title = typeof title === "string" ? `${i18n.global.t(title)} - ${i18n.global.t("hall.name")}` : i18n.global.t("hall.name");
  if (from.matched.length > 0 && to.path !== from.path) {
    await nextTick();
    const heading = document.querySelector<HTMLElement>("main h1");
    heading?.setAttribute("tabindex", "-1");
    (heading ?? document.querySelector<HTMLElement>("main"))?.focus({ preventScroll: true });
  }
});
