// Intake with scripts: a word while a number is typed, saving as fields are left, patience on a bad line.
// What is not saved yet lives in the open page alone. Offices share their machines: nothing of a family is put into the
// browser's storage, where the next person would find it; leaving the page with something unsaved asks first.
(() => {
  "use strict";

  const form = document.getElementById("intake");
  const autosave = document.getElementById("autosave");
  if (!form || !autosave) return;
  let dirty = false;
  let leaving = false;
  let again = 0;
  let idle = 0;
  let sure = false;

  const say = (text, bad) => {
    const saved = document.getElementById("saved");
    if (!saved) return;
    saved.textContent = text;
    saved.classList.toggle("unsaved", Boolean(bad));
  };
  const says = (input) => document.getElementById(`${input.id}-says`);
  const compact = (text) => text.replace(/\s/g, "").replace(/[０-９Ｘｘ]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0xfee0));

  // How many digits are still to come; the eighteenth saves, and so looks the number up, without leaving the field.
  form.addEventListener("input", (event) => {
    dirty = true;
    say("未保存", true);
    clearTimeout(idle);
    idle = setTimeout(() => { if (dirty) htmx.trigger(form, "change"); }, 3000);
    const input = event.target;
    if (!input.matches("[data-idnumber]") || event.isComposing) return;
    const length = compact(input.value).length;
    const slot = says(input);
    if (slot) {
      slot.replaceChildren();
      if (length > 0 && length < 18) {
        const hint = document.createElement("span");
        hint.className = "help";
        hint.textContent = `还差 ${18 - length} 位`;
        slot.append(hint);
      }
    }
    if (length === 18) input.dispatchEvent(new Event("change", { bubbles: true }));
  });
  form.addEventListener("change", () => { dirty = true; });

  // A page that leaves over a broken line is lost: first see that the office answers.
  form.addEventListener("submit", (event) => {
    if (sure || event.submitter?.hasAttribute("hx-post")) { leaving = sure; return; }
    event.preventDefault();
    event.stopImmediatePropagation();
    const button = event.submitter;
    fetch(form.dataset.alive, { method: "HEAD", cache: "no-store" }).then(() => {
      sure = true;
      form.requestSubmit(button);
      sure = false;
    }, () => { dirty = true; retry(); });
  }, true);

  // An answer to an earlier change says nothing about the number still being typed.
  document.body.addEventListener("htmx:oobBeforeSwap", (event) => {
    const input = document.activeElement;
    const typing = input.matches("[data-idnumber]") && compact(input.value).length < 18;
    if (typing && event.detail.target.id === `${input.id}-says`) event.detail.shouldSwap = false;
  });

  // What somebody unfolded beside the form stays unfolded when the part comes back with new figures.
  const unfolded = new Set();
  const beside = (details) => details.matches("#precheck details");
  document.addEventListener("toggle", ({ target }) => {
    if (beside(target)) unfolded[target.open ? "add" : "delete"](target.className);
  }, true);
  document.body.addEventListener("htmx:afterSwap", () => {
    document.querySelectorAll("#precheck details").forEach((details) => { details.open = unfolded.has(details.className); });
  });

  // What a field is told also reaches screen readers as its state.
  const mark = () => form.querySelectorAll(".says").forEach((slot) => {
    const input = document.getElementById(slot.id.replace(/-says$/, ""));
    if (input) input.toggleAttribute("aria-invalid", Boolean(slot.querySelector(".field-error")));
  });

  const retry = () => {
    say("网络不通，未保存：填写的内容都在本页，联网后自动保存，请不要关闭", true);
    clearTimeout(again);
    again = setTimeout(() => htmx.trigger(form, "change"), 4000);
  };
  document.body.addEventListener("htmx:beforeRequest", (event) => {
    if (!form.contains(event.target)) return;
    dirty = false;
    say("正在保存…");
  });
  // Whoever logged in again in another window goes on here with the new token.
  document.body.addEventListener("htmx:configRequest", (event) => {
    const token = document.cookie.match(/csrftoken=([^;]+)/);
    if (!token) return;
    event.detail.headers["X-CSRFToken"] = token[1];
    event.detail.parameters.csrfmiddlewaretoken = token[1];
  });
  document.body.addEventListener("htmx:beforeOnLoad", (event) => {
    if (!event.detail.xhr.getResponseHeader("HX-Redirect")) return;
    event.preventDefault();
    dirty = true;
    say("登录已过期，未保存：请在新窗口登录，再回到这里接着填", true);
    const saved = document.getElementById("saved");
    const link = document.createElement("a");
    link.href = "/login/";
    link.target = "_blank";
    link.rel = "noopener";
    link.textContent = "去登录";
    saved.append(" ", link);
    addEventListener("focus", () => htmx.trigger(form, "change"), { once: true });
  });
  document.body.addEventListener("htmx:sendError", () => { dirty = true; retry(); });
  document.body.addEventListener("htmx:timeout", () => { dirty = true; retry(); });
  document.body.addEventListener("htmx:responseError", (event) => {
    dirty = true;
    if (event.detail.xhr.status >= 500) retry();
  });
  document.body.addEventListener("htmx:afterSettle", () => {
    mark();
    // The answer is to what was sent; somebody may have typed on since.
    if (dirty) say("未保存", true);
  });

  // An answer may arrive after somebody chose something else meanwhile: what stands on the screen wins.
  document.body.addEventListener("htmx:oobBeforeSwap", (event) => {
    const { target, fragment } = event.detail;
    const fresh = target.matches("select") && fragment.querySelector("select");
    if (fresh && [...fresh.options].some((option) => option.value === target.value)) fresh.value = target.value;
  });

  // A line of what is missing leads into the field itself, opening what is folded around it.
  document.addEventListener("click", (event) => {
    const link = event.target.closest(".gaps a, .errors a");
    const target = link && document.getElementById(link.hash.slice(1));
    if (!target) return;
    for (let folded = target.closest("details"); folded; folded = folded.parentElement.closest("details")) folded.open = true;
    if (target.matches("input, select")) { event.preventDefault(); target.focus(); target.scrollIntoView({ block: "center" }); }
  });
  addEventListener("online", () => { if (dirty) htmx.trigger(form, "change"); });
  addEventListener("beforeunload", (event) => { if (dirty && !leaving) event.preventDefault(); });
  mark();
})();
