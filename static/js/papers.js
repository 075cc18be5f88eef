// A photographed paper opens over the page it belongs to, the next one an arrow away; without scripts in a window of its own.
(() => {
  "use strict";

  let forms = [];
  let at = 0;
  const viewer = () => document.getElementById("viewer");
  const part = (name) => viewer().querySelector(`[data-viewer=${name}]`);

  const draw = (picture) => {
    const sheet = part("sheet");
    sheet.width = picture.width;
    sheet.height = picture.height;
    sheet.getContext("2d").drawImage(picture, 0, 0);
  };

  // Opening is an act on the record, so it is asked for by the form's own POST.
  const open = async (place) => {
    at = place;
    const form = forms[at];
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form) });
    const kind = answer.headers.get("Content-Type") || "";
    if (!answer.ok || !kind.startsWith("image/")) { form.submit(); return; }
    draw(await createImageBitmap(await answer.blob()));
    part("name").textContent = form.dataset.picture;
    part("place").textContent = `${at + 1} / ${forms.length}`;
    part("before").disabled = at === 0;
    part("next").disabled = at === forms.length - 1;
    viewer().classList.remove("whole-size");
    if (!viewer().open) viewer().showModal();
  };

  document.addEventListener("submit", (event) => {
    if (!event.target.matches("form[data-picture]") || !viewer()) return;
    event.preventDefault();
    forms = [...document.querySelectorAll("form[data-picture]")];
    open(forms.indexOf(event.target));
  });
  const step = (by) => { if (forms[at + by]) open(at + by); };
  document.addEventListener("click", (event) => {
    const pressed = event.target.closest("[data-viewer]")?.dataset.viewer;
    if (pressed === "before") step(-1);
    if (pressed === "next") step(1);
    if (pressed === "size" || pressed === "sheet") viewer().classList.toggle("whole-size");
  });
  document.addEventListener("keydown", (event) => {
    if (!viewer()?.open) return;
    if (event.key === "ArrowLeft") step(-1);
    if (event.key === "ArrowRight") step(1);
  });
})();
