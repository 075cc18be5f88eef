// Small comforts. Every page works without them.
(() => {
  "use strict";

  const typing = (element) => element.matches("input, textarea, select, [contenteditable]");

  // "/" goes to the search; j and k walk the rows of a list (the arrows too, once in it), Enter opens the one in focus;
  // "?" says so.
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target)) return;
    if (event.key === "/") {
      const search = document.querySelector("[data-search]");
      if (search) { event.preventDefault(); search.focus(); search.select(); }
    } else if (event.key === "?") {
      document.getElementById("keys")?.showModal();
    } else if (["j", "k", "ArrowDown", "ArrowUp"].includes(event.key)) {
      const rows = [...document.querySelectorAll(".row-link")];
      const at = rows.indexOf(document.activeElement);
      if (at < 0 && event.key.startsWith("Arrow")) return;
      const next = rows[event.key === "j" || event.key === "ArrowDown" ? at + 1 : at - 1];
      if (next) { event.preventDefault(); next.focus(); next.scrollIntoView({ block: "nearest" }); }
    }
  });

  // What was typed and not yet sent is not lost by a slip: the browser asks before leaving.
  const contents = (form) => new URLSearchParams([...new FormData(form)].map(([name, value]) => [name, value.name ?? value])).toString();
  const guarded = new Map();
  const guard = (root) => root.querySelectorAll("form[data-guard]").forEach((form) => {
    if (!guarded.has(form)) guarded.set(form, form.querySelector(".errors") ? null : contents(form));
  });
  addEventListener("beforeunload", (event) => {
    const dirty = [...guarded].some(([form, before]) => form.isConnected && contents(form) !== before);
    if (dirty) event.preventDefault();
  });

  // A second click on the way does not send the form twice.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.matches("[data-many]") || form.method !== "post") return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    if (form.hasAttribute("hx-post")) return;
    form.dataset.sent = "1";
    guarded.delete(form);
    form.querySelectorAll("button[type=submit]").forEach((button) => button.setAttribute("aria-busy", "true"));
    // A download leaves the page where it is, and a line may break: the button comes back.
    setTimeout(() => release(form), form.hasAttribute("data-file") ? 1500 : 10000);
  });
  const release = (form) => {
    if (form.hasAttribute("data-file")) form.querySelectorAll("[data-after]").forEach((next) => { next.hidden = false; });
    delete form.dataset.sent;
    form.querySelectorAll("[aria-busy]").forEach((button) => button.removeAttribute("aria-busy"));
  };
  addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(release));

  const settle = (root) => {
    guard(root);
    root.querySelector("[data-focus]")?.focus();
  };
  document.addEventListener("htmx:afterSwap", (event) => guard(event.target));
  document.addEventListener("DOMContentLoaded", () => {
    settle(document);
    // What is shown once is copied whole, not typed off.
    document.querySelectorAll("[data-copy]").forEach((button) => {
      button.hidden = false;
      button.addEventListener("click", () => {
        const field = button.previousElementSibling;
        field.select();
        const copied = navigator.clipboard?.writeText(field.value) ?? Promise.reject();
        copied.catch(() => document.execCommand("copy")).then(() => { button.textContent = "已复制"; });
      });
    });
    document.querySelectorAll("[data-print]").forEach((button) => {
      button.hidden = false;
      button.addEventListener("click", () => print());
    });
  });
})();
