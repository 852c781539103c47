// A page that shows progress asks for itself again until it is done; without this, a link does.
(function () {
  "use strict";
  var part = document.querySelector("[data-progress]");
  function again() {
    var ask = new XMLHttpRequest();
    ask.open("GET", location.href);
    ask.responseType = "document";
    ask.onload = function () {
      var fresh = ask.response && ask.response.querySelector("[data-progress]");
      if (ask.status !== 200 || !fresh) { location.reload(); return; }
      part.replaceWith(fresh);
      part = fresh;
      if (part.getAttribute("data-progress") !== "done") { setTimeout(again, 2000); }
    };
    ask.onerror = function () { setTimeout(again, 10000); };
    ask.send();
  }
  if (part && part.getAttribute("data-progress") !== "done") { setTimeout(again, 2000); }
})();
// A file that is too large for the site goes straight to the bucket; without this, it is refused.
(function () {
  "use strict";
  var form = document.querySelector("form[data-upload]");
  var told = form && form.querySelector("[data-told]");
  if (!form || !window.fetch || !window.crypto || !crypto.subtle) { return; }
  function tell(text) { told.hidden = false; told.textContent = text; }
  function hex(bytes) {
    return Array.prototype.map.call(new Uint8Array(bytes), function (each) {
      return ("0" + each.toString(16)).slice(-2);
    }).join("");
  }
  // A collection has methods of its own: `item` is one of them.
  function value(name) { return form.elements.namedItem(name).value; }
  function fields(values) {
    var made = new FormData();
    Object.keys(values).forEach(function (name) { made.append(name, values[name]); });
    return made;
  }
  form.addEventListener("submit", function (event) {
    var file = form.elements.namedItem("file").files[0], prepared;
    if (!file || file.size <= Number(form.getAttribute("data-upload"))) { return; }
    event.preventDefault();
    tell("正在核对文件……");
    new Response(file).arrayBuffer().then(function (bytes) {
      return crypto.subtle.digest("SHA-256", bytes);
    }).then(function (digest) {
      return fetch("/uploads/form", {method: "POST", body: fields({
        csrf: value("csrf"), item: value("item"), period: value("period"), name: file.name,
        size: file.size, sha256: hex(digest)
      })});
    }).then(function (answer) {
      if (!answer.ok) { throw new Error(); }
      return answer.json();
    }).then(function (found) {
      prepared = found;
      tell("正在上传，请不要关闭页面……");
      var body = fields(found.fields);
      body.append("file", file);
      return fetch(found.url, {method: "POST", body: body, mode: "no-cors", credentials: "omit"});
    }).then(function () {
      location.assign(prepared.then);
    }).catch(function () {
      tell("文件没有上传：请核对目录项、报送期和文件大小，然后重试。");
    });
  });
})();
