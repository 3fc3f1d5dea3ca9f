// Sends the answers from the page itself, so that they stay on the screen until the server has them: a lost
// network or a busy server means waiting and trying again, never answering again. The page carries one key,
// so however often it is sent it counts once. Without this script the form is posted as ever.
(function () {
'use strict';
var form = document.getElementById('f');
var button = document.getElementById('b');
var status = document.getElementById('m');
var label = button.textContent;
var sending = false;
var tries = 0;
var timer = 0;
function say(text) {
  status.textContent = text || '';
}
function rest() {
  sending = false;
  button.textContent = label;
  button.removeAttribute('aria-disabled');
}
function again(text, seconds) {
  rest();
  say(text);
  tries++;
  // a whole school waits here: spread it out
  timer = setTimeout(send, 1000 * Math.max(seconds, Math.min(30, Math.pow(2, tries))) * (0.75 + Math.random() / 2));
}
function send() {
  var stop = window.AbortController ? new AbortController() : null;
  var limit = setTimeout(function () { if (stop) stop.abort(); }, 20000);
  clearTimeout(timer);
  sending = true;
  button.textContent = form.getAttribute('data-sending');
  button.setAttribute('aria-disabled', 'true');
  fetch(form.getAttribute('action'), {
    method: 'POST',
    body: new URLSearchParams(new FormData(form)),
    redirect: 'manual',
    credentials: 'same-origin',
    signal: stop ? stop.signal : undefined
  }).then(function (reply) {
    clearTimeout(limit);
    if (reply.type === 'opaqueredirect') {
      // saved; the filled-in page leaves the history, so "back" does not show it to the next child
      location.replace(form.getAttribute('data-done'));
    } else if (reply.status === 503) {
      again(form.getAttribute('data-busy'), +reply.headers.get('Retry-After') || 0);
    } else {
      // something to tell: let the browser show the server's own page
      HTMLFormElement.prototype.submit.call(form);
    }
  }, function () {
    clearTimeout(limit);
    again(form.getAttribute('data-offline'), 0);
  });
}
form.addEventListener('submit', function (event) {
  if (sending) {
    event.preventDefault();
  } else if (window.fetch && window.URLSearchParams) {
    event.preventDefault();
    say('');
    send();
  } else {
    sending = true;
  }
});
window.addEventListener('online', function () { if (timer && !sending) send(); });
window.addEventListener('pageshow', function (event) { if (event.persisted) { clearTimeout(timer); rest(); say(''); } });
})();
