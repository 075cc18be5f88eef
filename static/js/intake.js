// Intake with scripts: a word while a number is typed, saving as fields are left, patience on a bad line.
(() => {
  "use strict";

  const form = document.getElementById("intake");
  const autosave = document.getElementById("autosave");
  if (!form || !autosave) return;
  let dirty = false;
  let leaving = false;
  let again = 0;

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
  form.addEventListener("submit", () => { leaving = true; });

  // An answer to an earlier change says nothing about the number still being typed.
  document.body.addEventListener("htmx:oobBeforeSwap", (event) => {
    const input = document.activeElement;
    const typing = input.matches("[data-idnumber]") && compact(input.value).length < 18;
    if (typing && event.detail.target.id === `${input.id}-says`) event.detail.shouldSwap = false;
  });

  // What a field is told also reaches screen readers as its state.
  // What somebody unfolded beside the form stays unfolded when the part comes back with new figures.
  const unfolded = new Set();
  const beside = (details) => details.matches("#precheck details");
  document.addEventListener("toggle", ({ target }) => {
    if (beside(target)) unfolded[target.open ? "add" : "delete"](target.className);
  }, true);
  document.body.addEventListener("htmx:afterSwap", () => {
    document.querySelectorAll("#precheck details").forEach((details) => { details.open = unfolded.has(details.className); });
  });

  const mark = () => form.querySelectorAll(".says").forEach((slot) => {
    const input = document.getElementById(slot.id.replace(/-says$/, ""));
    if (input) input.toggleAttribute("aria-invalid", Boolean(slot.querySelector(".field-error")));
  });

  const retry = () => {
    say("网络不通，还没有保存，正在重试…", true);
    clearTimeout(again);
    again = setTimeout(() => htmx.trigger(form, "change"), 4000);
  };
  document.body.addEventListener("htmx:beforeRequest", (event) => {
    if (form.contains(event.target)) dirty = false;
  });
  document.body.addEventListener("htmx:sendError", () => { dirty = true; retry(); });
  document.body.addEventListener("htmx:timeout", () => { dirty = true; retry(); });
  document.body.addEventListener("htmx:responseError", (event) => {
    dirty = true;
    if (event.detail.xhr.status >= 500) retry();
  });
  document.body.addEventListener("htmx:afterSettle", mark);

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
