(function () {
"use strict";
document.addEventListener("submit", function (event) {
var form = event.target;
if (!form.hasAttribute("data-once")) return;
var last = Number(form.dataset.sent || 0);
if (Date.now() - last < 8000) { event.preventDefault(); return; }
form.dataset.sent = String(Date.now());
if (timer) { clearTimeout(timer); timer = 0; }
});
window.addEventListener("pageshow", function () {
document.querySelectorAll("form[data-once]").forEach(function (form) { delete form.dataset.sent; });
});
function showCopyButtons(root) {
if (!navigator.clipboard) return;
root.querySelectorAll("[data-copy][hidden]").forEach(function (button) { button.hidden = false; });
}
document.addEventListener("click", function (event) {
var button = event.target.closest && event.target.closest("[data-copy]");
if (!button) return;
navigator.clipboard.writeText(button.dataset.copy).then(function () {
var before = button.innerHTML;
button.textContent = button.dataset.copied;
setTimeout(function () { button.innerHTML = before; }, 2000);
});
});
function answers(form) {
var body = new URLSearchParams();
new FormData(form).forEach(function (value, name) {
if (typeof value === "string") body.append(name, value);
});
return body;
}
var asking = null;
function refresh(form) {
var part = form.querySelector("[data-fragment]");
if (!part || !window.fetch || !window.AbortController) return;
if (asking) asking.abort();
asking = new AbortController();
fetch(form.dataset.refresh, {
method: "POST", body: answers(form), credentials: "same-origin", signal: asking.signal,
headers: { "X-Wasl-Fragment": "1" }
}).then(function (reply) {
return reply.ok ? reply.text() : Promise.reject(reply.status);
}).then(function (html) {
var fresh = new DOMParser().parseFromString(html, "text/html").querySelector("[data-fragment]");
if (!fresh) return;
var active = document.activeElement && document.activeElement.id;
part.querySelectorAll("input[type=file]").forEach(function (input) {
var twin = input.id && fresh.querySelector("#" + CSS.escape(input.id));
if (twin && input.files.length) twin.replaceWith(input);
});
part.replaceWith(fresh);
showCopyButtons(fresh);
var again = active && document.getElementById(active);
if (again) again.focus();
}).catch(function () { /* the page works without: the server asks on the next step */ });
}
document.addEventListener("change", function (event) {
var input = event.target;
if (input.type !== "file" || !input.dataset.largest) return;
var group = input.closest(".govuk-form-group");
var old = group.querySelector("[data-size-error]");
if (old) old.remove();
var large = Array.prototype.some.call(input.files, function (file) { return file.size > Number(input.dataset.largest); });
group.classList.toggle("govuk-form-group--error", large);
if (!large) return;
var words = document.createElement("p");
words.className = "govuk-error-message";
words.setAttribute("role", "alert");
words.setAttribute("data-size-error", "");
words.textContent = input.dataset.tooLarge;
input.before(words);
input.value = "";
});
var timer = 0;
function autosave(form) {
if (timer) clearTimeout(timer);
timer = setTimeout(function () {
timer = 0;
fetch(form.dataset.autosave, {
method: "POST", body: answers(form), credentials: "same-origin", headers: { "X-Wasl-Fragment": "1" }
}).then(function (reply) {
var sign = form.querySelector("[data-saved]");
if (sign) sign.hidden = !reply.ok;
}).catch(function () {});
}, 2000);
}
document.addEventListener("input", function (event) {
var form = event.target.form;
if (form && form.dataset.autosave && window.fetch) autosave(form);
});
document.addEventListener("change", function (event) {
var form = event.target.form;
if (form && form.dataset.refresh && event.target.hasAttribute("data-refreshes")) refresh(form);
});
document.querySelectorAll("[data-print][hidden]").forEach(function (button) {
button.hidden = false;
button.addEventListener("click", function () { window.print(); });
});
showCopyButtons(document);
var problem = document.querySelector("[data-focus]");
if (problem) problem.focus();
})();
