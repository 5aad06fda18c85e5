// An agent's telephone in a browser, as a desk page would have it: JsSIP, a microphone, an ear.
"use strict";

// The tests' microphone plays a steady tone, which noise suppression would take for noise.
const MICROPHONE = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };
const RATE = 8000;

/** A promise that somebody else keeps. */
function awaited() {
  let keep;
  const promise = new Promise((resolve) => (keep = resolve));
  return Object.assign(promise, { keep });
}

class Phone {
  constructor(number, password, exchange) {
    const socket = new JsSIP.WebSocketInterface(exchange);
    this.ua = new JsSIP.UA({ sockets: [socket], uri: `sip:${number}@${new URL(exchange).hostname}`, password });
    [this.registered, this.cutOff] = [awaited(), awaited()];
    [this.rang, this.up, this.over] = [awaited(), awaited(), awaited()];
    this.ua.on("registered", () => this.isThere());
    this.ua.on("registrationFailed", (told) => this.registered.keep(told.cause));
    this.ua.on("disconnected", () => {
      this.registered = awaited();
      this.moved = true;
      this.cutOff.keep(true);
    });
    this.ua.on("newRTCSession", ({ session, originator, request }) => {
      if (originator === "remote") this.rings(session, request.body);
    });
    this.ua.start();
  }

  /** A talk that goes on is told the way of the new connection, or its end would be sent on the old one. */
  isThere() {
    const { registered, session } = this;
    if (this.moved && session?.isEstablished()) session.renegotiate({}, () => registered.keep(""));
    else registered.keep("");
    this.moved = false;
  }

  rings(session, offer) {
    [this.session, this.offer] = [session, offer];
    session.on("confirmed", () => this.up.keep(true));
    session.on("ended", (told) => this.over.keep(told.cause));
    session.on("failed", (told) => this.over.keep(told.cause));
    this.rang.keep(session.remote_identity.uri.user);
  }

  answer() {
    if (!this.offer.includes("a=candidate")) {
      throw new Error("Asterisk offers a browser no loopback address, and this machine has no other. " +
        "Any network card with an address will do; nothing leaves the machine.");
    }
    this.session.answer({ mediaConstraints: { audio: MICROPHONE, video: false }, pcConfig: { iceServers: [] } });
    this.session.connection.addEventListener("track", ({ track }) => this.listen(new MediaStream([track])));
  }

  hangUp() {
    this.session.terminate();
  }

  /** Play what comes, and keep the last second of it. */
  listen(stream) {
    document.getElementById("ear").srcObject = stream;
    const audio = new AudioContext({ sampleRate: RATE });
    this.ear = audio.createAnalyser();
    this.ear.fftSize = 8192;
    audio.createMediaStreamSource(stream).connect(this.ear);
  }

  /** The last second of what came, as samples of 16 bits at 8 kHz. */
  heard() {
    const sound = new Float32Array(this.ear.fftSize);
    this.ear.getFloatTimeDomainData(sound);
    return Array.from(sound, (sample) => Math.round(Math.max(-1, Math.min(1, sample)) * 32767));
  }

  /** What the browser says about the way of the sound. */
  async media() {
    const stats = [...(await this.session.connection.getStats()).values()];
    const one = (type, also = () => true) => stats.find((each) => each.type === type && also(each)) ?? {};
    const inbound = one("inbound-rtp");
    const transport = one("transport");
    return {
      packets: inbound.packetsReceived ?? 0,
      codec: one("codec", (each) => each.id === inbound.codecId).mimeType ?? "",
      dtls: transport.dtlsState ?? "",
      cipher: transport.srtpCipher ?? "",
    };
  }
}
