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
