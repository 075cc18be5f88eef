// Papers one after the other, each saying how far it is; without scripts the form sends them all at once.
(() => {
  "use strict";

  const form = document.querySelector("form[data-upload]");
  const box = document.getElementById("progress");
  if (!form || !box) return;

  const line = (file) => {
    const row = document.createElement("div");
    const name = document.createElement("span");
    const bar = document.createElement("progress");
    const state = document.createElement("span");
    row.className = "upload-file";
    name.textContent = file.name;
    bar.max = 100;
    bar.value = 0;
    state.textContent = "等待";
    row.append(name, bar, state);
    box.append(row);
    return { row, bar, state };
  };

  const send = (file, shown) => new Promise((done) => {
    const data = new FormData(form);
    data.set("files", file);
    const request = new XMLHttpRequest();
    request.open("POST", form.action || location.href);
    request.upload.addEventListener("progress", (event) => {
      if (!event.lengthComputable) return;
      shown.bar.value = Math.floor((event.loaded * 100) / event.total);
      shown.state.textContent = `${shown.bar.value}%`;
    });
    const failed = (words) => {
      const told = document.createElement("p");
      told.className = "bad";
      told.textContent = words;
      shown.row.append(told);
      shown.state.textContent = "没有传上";
      done(false);
    };
    request.addEventListener("load", () => {
      if (request.status < 300) {
        shown.bar.value = 100;
        shown.state.textContent = "已收到";
        done(true);
        return;
      }
      const answer = new DOMParser().parseFromString(request.responseText, "text/html");
      const why = answer.querySelector(".field-error, .errors li, .message");
      failed(why ? why.textContent.trim() : "服务器没有接受，请稍后再试。");
    });
    request.addEventListener("error", () => failed("网络不通，请联网后再传这一个。"));
    request.send(data);
  });

  form.addEventListener("submit", async (event) => {
    const input = form.querySelector("input[type=file]");
    const files = [...input.files];
    if (!files.length || !form.querySelector("[name=kind]").value) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    box.hidden = false;
    box.replaceChildren();
    const lines = files.map(line);
    let kept = 0;
    for (const [place, file] of files.entries()) kept += await send(file, lines[place]);
    if (kept === files.length) {
      location.assign(form.dataset.upload);
      return;
    }
    const said = document.createElement("p");
    said.textContent = `收到 ${kept} 个，${files.length - kept} 个没有传上，请看各行的原因。`;
    box.append(said);
    input.value = "";
  }, true);
})();
