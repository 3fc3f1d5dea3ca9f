// Reads a page aloud for those who do not read yet, by a voice in the device itself: with others what is read would go
// elsewhere. What is being read is marked, so that one who can not read sees which answer it is. Where the device has
// no voice for the page's language there is no button.
(function () {
'use strict';
var speech = window.speechSynthesis;
var speaking = null;
function each(list, what) {
  Array.prototype.forEach.call(list, what);
}
function voice() {
  var wanted = document.documentElement.lang.split('-')[0];
  var found = null;
  each(speech.getVoices(), function (v) {
    if (!found && v.localService && v.lang.toLowerCase().split(/[-_]/)[0] === wanted) found = v;
  });
  return found;
}
function mark(element) {
  each(document.querySelectorAll('.heard'), function (e) { e.classList.remove('heard'); });
  if (!element) return;
  element.classList.add('heard');
  element.scrollIntoView({block: 'nearest'});
}
function hush() {
  if (!speaking) return;
  speaking.setAttribute('aria-pressed', 'false');
  speaking = null;
  mark(null);
  speech.cancel();
}
function text(element) {
  var copy = element.cloneNode(true);
  each(copy.querySelectorAll('.n'), function (n) { n.parentNode.removeChild(n); });
  return copy.textContent.trim();
}
// Of a question the question and each option; of another part of the page what it says to the child, then its buttons.
function told(part) {
  var question = part.tagName === 'FIELDSET';
  var list = [];
  (question ? ['legend, .o .f, .u .f'] : ['h1, h2, p:not(.nav):not(.kept):not(.count)', '.b']).forEach(function (which) {
    each(part.querySelectorAll(which), function (e) {
      if (text(e) && e.offsetParent && (question || !e.closest('.q'))) list.push(e);
    });
  });
  return list;
}
function read(part, b) {
  var mine = voice();
  var list = told(part);
  speaking = b;
  b.setAttribute('aria-pressed', 'true');
  list.forEach(function (element, i) {
    var u = new SpeechSynthesisUtterance(text(element));
    u.voice = mine;
    u.lang = mine.lang;
    u.rate = 0.9;
    u.onstart = function () { if (speaking === b) mark(element); };
    if (i === list.length - 1) u.onend = function () { if (speaking === b) hush(); };
    speech.speak(u);
  });
}
// Below the heading; beside the button that begins, which shall not be pushed off a small screen.
function place(part, b) {
  var begin = part.querySelector('.go');
  var heading = part.querySelector('legend, h1, h2');
  if (begin && part.tagName !== 'FIELDSET') begin.parentNode.insertBefore(b, begin);
  else heading.parentNode.insertBefore(b, heading.nextSibling);
}
function offer() {
  var template = document.getElementById('say');
  if (template.used || !voice()) return;
  template.used = true;
  each(document.querySelectorAll('fieldset, #s0, .end, .note main'), function (part) {
    var b = template.content.firstElementChild.cloneNode(true);
    b.addEventListener('click', function () {
      var same = speaking === b;
      hush();
      if (!same) read(part, b);
    });
    place(part, b);
  });
}
if (speech && window.SpeechSynthesisUtterance && speech.getVoices) {
  offer();
  // the list of voices comes late in some browsers
  speech.onvoiceschanged = offer;
  window.addEventListener('hashchange', hush);
  window.addEventListener('pagehide', hush);
}
})();
