// Keys of the desk: j and k move, Enter opens, x selects, a letter goes to what may be done. Nothing needs them.
(function () {
  "use strict";
  var rows = Array.prototype.slice.call(document.querySelectorAll("[data-rows] tbody tr"));
  var at = -1;

  function go(to) {
    if (!rows.length) return;
    if (at >= 0) rows[at].classList.remove("wasl-row-here");
    at = Math.max(0, Math.min(rows.length - 1, to));
    rows[at].classList.add("wasl-row-here");
    var link = rows[at].querySelector("[data-open]");
    if (link) link.focus();
  }

  function pick(row) {
    var box = row && row.querySelector("input[type=checkbox]");
    if (box) box.checked = !box.checked;
  }

  // The place of an action: unfolded if need be, its button focused, so that Enter carries it out. Where something
  // has to be written first, the first empty field is focused.
  function act(letter) {
    var place = document.querySelector('[data-key="' + letter + '"]');
    if (!place) return false;
    if (place.tagName === "DETAILS") place.open = true;
    var fields = place.querySelectorAll("textarea, input[type=text], select");
    for (var i = 0; i < fields.length; i++) {
      if (!fields[i].value) { fields[i].focus(); return true; }
    }
    var button = place.querySelector("[data-key-target], button[type=submit]");
    if (button) button.focus();
    return true;
  }

  function typing(target) { return /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) && target.type !== "checkbox"; }

  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (typing(event.target)) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    var done = true;
    if (event.key === "j") go(at + 1);
    else if (event.key === "k") go(at - 1);
    else if (event.key === "x") pick(rows[at < 0 ? 0 : at]);
    else if (event.key === "X") rows.forEach(pick);
    else if (event.key === "/") {
      var search = document.querySelector("input[type=search]");
      if (search) search.focus();
    } else if (event.key === "?") {
      var help = document.getElementById("keys");
      if (help) { help.open = !help.open; help.scrollIntoView(); }
    } else if (event.key === "u") {
      var up = document.querySelector("[data-up]");
      if (up) up.click();
    } else done = /^[a-z]$/.test(event.key) && act(event.key);
    if (done) event.preventDefault();
  });

  // The first row is ready: Enter opens it.
  if (rows.length && document.activeElement === document.body) go(0);
})();
