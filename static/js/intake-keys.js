// Intake by keyboard alone: Enter leads to what is still missing and adds the next row, letters choose in lists.
(() => {
  "use strict";

  const form = document.getElementById("intake");
  if (!form) return;
  document.body.classList.add("scripted");

  const changed = (element) => element.dispatchEvent(new Event("change", { bubbles: true }));
  const grouped = (element) => form.querySelectorAll(`input[type=radio][name="${element.name}"]`);
  const filled = (element) => {
    if (element.type === "radio") return [...grouped(element)].some((radio) => radio.checked);
    return element.type === "checkbox" ? element.checked : element.value.trim() !== "";
  };
  const first = (element) => element.type !== "radio" || grouped(element)[0] === element;
  const within = (root) => [...root.querySelectorAll("input, select, textarea, button[value=submit]")].filter((element) =>
    element.type !== "hidden" && element.tabIndex !== -1 && !element.disabled && first(element) &&
    element.checkVisibility({ visibilityProperty: true }));
  const wanted = (element) => element.type === "submit" || (!element.hasAttribute("data-optional") && !filled(element));
  const after = (place) => (element) => Boolean(place.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING);
  const go = (element) => {
    if (!element) return;
    element.focus();
    if (element.select) element.select();
    element.scrollIntoView({ block: "nearest" });
  };

  // A list grows on the spot, without waiting for the line: the page carries an empty row of it.
  const untouched = (row) => within(row).every((element) =>
    element.type === "radio" || element.type === "checkbox" || (element.matches("select") && row.matches(".person")) || !filled(element));
  const grow = (list) => {
    const template = document.getElementById(`blank-${list.id.slice(5)}`);
    if (!template) return null;
    const letter = template.innerHTML.match(/id="row-[a-z]+-([a-z])0"/)[1];
    const keys = [...list.children].map((row) => Number((row.id.match(/-[a-z]([0-9]+)$/) || [0, 0])[1]));
    const key = letter + (Math.max(0, ...keys) + 1);
    const maker = document.createElement("template");
    maker.innerHTML = template.innerHTML.replaceAll(`-${letter}0`, `-${key}`);
    const row = maker.content.firstElementChild;
    const choices = list.querySelector("select[name$=-member]");
    const own = row.querySelector("select[name$=-member]");
    if (choices && own) own.replaceChildren(...[...choices.options].map((option) => option.cloneNode(true)));
    if (own) own.value = "";
    list.append(row);
    htmx.process(row);
    return row;
  };
  // The office may send an empty row for a list that has grown one here meanwhile.
  document.body.addEventListener("htmx:oobBeforeSwap", (event) => {
    const { target, fragment } = event.detail;
    // A list of members that arrives late keeps who was chosen meanwhile.
    const late = target.matches("select") && fragment.querySelector("select");
    if (late && [...late.options].some((option) => option.value === target.value)) {
      late.value = target.value;
      if (target.dataset.chosen) late.dataset.chosen = target.dataset.chosen;
    }
    const row = target.id.startsWith("rows-") && fragment.querySelector("[id^=row-]");
    if (row && (document.getElementById(row.id) || (target.lastElementChild && untouched(target.lastElementChild) && document.getElementById(`blank-${target.id.slice(5)}`)))) event.detail.shouldSwap = false;
  });
  const next = (from) => {
    const row = from.closest("[id^=row-]");
    const list = row && row.closest("[id^=rows-]");
    const growing = list && document.getElementById(`blank-${list.id.slice(5)}`);
    if (growing && untouched(row)) return within(form).filter(after(list.lastElementChild)).filter((e) => !list.contains(e)).find(wanted);
    if (!growing) return within(form).filter(after(from)).find(wanted);
    const here = within(row).find((element) => element !== from && wanted(element));
    if (here) return here;
    if (filled(from) || !wanted(from)) {
      const following = row.nextElementSibling || grow(list);
      return following && within(following).find((element) => !filled(element) || element.matches("input"));
    }
    return within(form).filter(after(from)).find(wanted);
  };

  // Letters for a member whose name is still on its way to the office and back count once it is there; Enter waits for
  // it, and a second Enter goes on without.
  let begun = { text: "", of: null, at: 0 };
  let sought = {};

  form.addEventListener("keydown", (event) => {
    const element = event.target;
    if (event.key !== "Enter" || event.isComposing || !element.matches("input, select")) return;
    event.preventDefault();
    if (event.ctrlKey) { form.requestSubmit(form.querySelector("button[value=submit]")); return; }
    changed(element);
    if (sought.id === element.id && !filled(element) && !sought.entered && navigator.onLine) { sought.entered = true; return; }
    const target = next(element);
    if (target) { go(target); return; }
    // What the last answer opens may still be on its way.
    document.body.addEventListener("htmx:afterSettle", () => { if (document.activeElement === element) go(next(element)); }, { once: true });
  });

  // Without a line the buttons that add a row do it here.
  form.addEventListener("click", (event) => {
    const button = event.target.closest("button[name=add]");
    const list = button && document.getElementById(`rows-${button.value}`);
    if (!list || navigator.onLine) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const row = untouched(list.lastElementChild) ? list.lastElementChild : grow(list);
    go(within(row)[0]);
  }, true);

  // t in a date is today.
  form.addEventListener("keydown", (event) => {
    const date = event.target;
    if (!date.matches("input[type=date][max]") || event.key !== "t" || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    date.value = date.max;
    changed(date);
  });

  // In a list of choices letters are those of the sound: g for 工资性收入, zq for 站前社区.
  const choose = (select, text) => {
    const found = [...select.options].find((option) => (option.dataset.keys || "").startsWith(text));
    if (found && select.value !== found.value) { select.value = found.value; select.dataset.chosen = "1"; changed(select); }
    return found;
  };
  form.addEventListener("keydown", (event) => {
    const select = event.target;
    if (!select.matches("select") || event.ctrlKey || event.metaKey || event.altKey || !/^[a-z0-9]$/i.test(event.key)) return;
    event.preventDefault();
    const going = begun.of === select && event.timeStamp - begun.at < 900;
    const text = (going ? begun.text : "") + event.key.toLowerCase();
    begun = { text, of: select, at: event.timeStamp };
    sought = choose(select, text) ? {} : { id: select.id, text, entered: false };
  });
  document.body.addEventListener("htmx:afterSettle", () => {
    const select = sought.id && document.getElementById(sought.id);
    if (!select || !choose(select, sought.text)) return;
    const { entered } = sought;
    sought = {};
    if (entered) go(next(select));
  });
  form.addEventListener("change", (event) => { if (event.isTrusted && event.target.matches("select")) event.target.dataset.chosen = "1"; });

  // From the number: a certificate says category and grade, birth and sex propose the relation, which stays to be checked.
  const person = (row) => {
    const text = (row.querySelector("[data-idnumber]") || { value: "" }).value.trim();
    if (/^[0-9]{17}[0-9X]/i.test(text)) return { year: Number(text.slice(6, 10)), man: Number(text[16]) % 2 === 1 };
    return row.dataset.born ? { year: Number(row.dataset.born.slice(0, 4)), man: row.dataset.sex === "男" } : null;
  };
  const relation = (row) => row.querySelector("select[name$=-relation]");
  const guess = (row) => {
    const rows = [...document.querySelectorAll("#rows-members > [id^=row-]")];
    const headRow = rows.find((other) => relation(other) && relation(other).value === "HEAD");
    const head = headRow && headRow !== row && person(headRow);
    const one = person(row);
    if (!head || !one) return "";
    const younger = one.year - head.year;
    const married = rows.some((other) => other !== row && relation(other).value === "SPOUSE");
    if (Math.abs(younger) < 16) return one.man !== head.man && !married ? "SPOUSE" : "";
    if (Math.abs(younger) > 50) return "";
    return younger > 0 ? "CHILD" : "PARENT";
  };
  form.addEventListener("input", (event) => {
    const input = event.target;
    if (!input.matches("[data-idnumber]") || event.isComposing) return;
    const row = input.closest("[id^=row-]");
    const text = input.value.replace(/\s/g, "").toUpperCase();
    if (/^[0-9]{17}[0-9X][1-7][1-4]$/.test(text)) {
      const certificate = row.querySelector("[name$=-certificate]");
      if (certificate) { certificate.value = text; input.value = text.slice(0, 18); changed(certificate); }
    }
    const select = relation(row);
    if (text.length < 18 || !select || select.dataset.chosen || select.value === "HEAD") return;
    const proposed = guess(row);
    if (!proposed) return;
    select.value = proposed;
    const slot = document.getElementById(`${select.id}-says`);
    const said = document.createElement("span");
    said.className = "help";
    said.textContent = "按出生日期推定，请核对";
    if (slot) slot.replaceChildren(said);
  });
})();
