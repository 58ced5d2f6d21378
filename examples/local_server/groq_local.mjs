// A client of `/_local/`, with which a test scripts a local server: one file, Node 18 or later, typed
// by JSDoc (`// @ts-check`). Copy it beside your tests.
// @ts-check

import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

/** A call of a function that the model asks for.
 * @typedef {{ name: string, arguments?: string | object, id?: string }} ToolCall */

/** What the model says; `json` is content that is the JSON of a value.
 * @typedef {{ content?: string | string[], json?: any, reasoning?: string | string[], tool_calls?: ToolCall[],
 *   executed_tools?: object[], finish_reason?: string, usage?: object, pace?: number,
 *   is_checked?: boolean }} Reply */

/** Which requests a reply is for.
 * @typedef {{ model?: string, message?: string, tool_result?: string, turn?: number,
 *   scope?: string }} Match */

/** What goes wrong with an answer.
 * @typedef {{ type: "cut" | "error_event" | "hold_open" | "malformed_event" | "slow_start" | "stall",
 *   after?: number, seconds?: number, how?: "close" | "reset" | "end", at_byte?: number,
 *   form?: "named" | "plain" | "x_groq", error?: string | object }} Fault */

/** The rate limits of a model, or of all that have none of their own.
 * @typedef {{ model?: string, requests?: number, requests_window?: number,
 *   requests_per_minute?: number, tokens?: number, tokens_window?: number, tokens_per_day?: number,
 *   input_tokens_per_minute?: number, output_tokens_per_minute?: number,
 *   audio_seconds_per_hour?: number, audio_seconds_per_day?: number }} Limit */

/** The delays, speeds and random faults that requests meet.
 * @typedef {{ fault_rate?: number, faults?: (number | string)[], latency?: number | number[] | string,
 *   tokens_per_second?: number | Record<string, number> | "groq" | null, seed?: number }} Weather */

/** A request that the server received, without its secrets.
 * @typedef {{ id: string, method: string, path: string, query: Record<string, string>,
 *   headers: Record<string, string>, body: any, form: Record<string, string>,
 *   files: Record<string, object>, size: number, connection: number }} ReceivedRequest */

/** Something that a client should not do, and the ids of the requests that show it.
 * @typedef {{ kind: string, message: string, requests: string[] }} Finding */

/** What a request must have to be one of those that an assertion is about.
 * @typedef {{ path?: string, method?: string, json?: object, headers?: Record<string, string>,
 *   query?: object, form?: object, times?: number, scope?: string, script_done?: boolean }} Assertion */

/** A local server, scripted over HTTP. */
export class LocalServer {
  /** @type {import("node:child_process").ChildProcess | undefined} */
  #process;

  /**
   * @param {string} url Its address, such as `http://127.0.0.1:8080`.
   * @param {{ scope?: string }} [options] A scope sets this test apart from others on the server:
   *   what it scripts is for requests with this key, or with `headers`, and it sees no others.
   */
  constructor(url, { scope } = {}) {
    this.url = url.replace(/\/$/, "");
    this.scope = scope;
  }

  /**
   * Runs a server in an environment of its own, until `close()`.
   * @param {string[]} [command] What starts it, such as `["uvx", "groq-local-server"]`.
   * @param {{ scope?: string }} [options]
   * @returns {Promise<LocalServer>}
   */
  static async start(command = ["groq-local-server"], options = {}) {
    const [program, ...rest] = [...command, "--pace", "0"];
    const process = spawn(program, rest, { stdio: ["ignore", "pipe", "inherit"] });
    const url = await new Promise((resolve, reject) => {
      process.once("error", reject);
      process.once("exit", (code) => reject(new Error(`${program} ended with ${code}`)));
      createInterface(process.stdout).once("line", resolve);
    });
    const server = new LocalServer(url, options);
    server.#process = process;
    return server;
  }

  /** Ends the process that `start` began. */
  async close() {
    const process = this.#process;
    if (!process || process.exitCode !== null) return;
    process.kill();
    await new Promise((resolve) => process.once("exit", resolve));
  }

  /** The headers that put a request into the scope, for the default headers of a client. */
  get headers() {
    return this.scope === undefined ? {} : { "x-groq-local-scope": this.scope };
  }

  /**
   * Scripts what the model says to the next request; `times: null` is to all from here on.
   * @param {string | Reply} reply
   * @param {{ times?: number | null, path?: string, match?: Match, faults?: Fault[],
   *   default?: boolean }} [options] `default` is for what no other answer is for, however often.
   */
  async reply(reply, options = {}) {
    await this.#script({ reply, ...options });
  }

  /**
   * Scripts an error answer for the next request.
   * @param {number} status
   * @param {{ error?: string | object, headers?: Record<string, string>, times?: number | null,
   *   retry_after?: number | string, path?: string, match?: Match }} [options]
   */
  async fail(status, options = {}) {
    await this.#script({ fail: status, ...options });
  }

  /**
   * Disturbs the next answer, whichever it is.
   * @param {Fault[]} faults
   * @param {{ times?: number | null, path?: string, match?: Match }} [options]
   */
  async inject(faults, options = {}) {
    await this.#script({ inject: faults, ...options });
  }

  /**
   * Refuses what is over a limit from now on, whoever asks.
   * @param {Limit} limit
   */
  async limitRate(limit) {
    await this.#call("POST", "/_local/script", { limit });
  }

  /**
   * Counts the scripted answers that no request has taken yet.
   * @returns {Promise<number>}
   */
  async pending() {
    return (await this.#call("GET", `/_local/script?${this.#query}`)).pending;
  }

  /**
   * Gives what is left of the script, as entries.
   * @returns {Promise<object[]>}
   */
  async saveScript() {
    return (await this.#call("GET", `/_local/script?${this.#query}`)).entries;
  }

  /**
   * Puts entries in the place of everything that is scripted, or of the scope's part of it.
   * @param {object[]} entries
   */
  async loadScript(entries) {
    await this.#call("PUT", `/_local/script?${this.#query}`, entries);
  }

  /**
   * Lists the requests that the server received, oldest first.
   * @returns {Promise<ReceivedRequest[]>}
   */
  async requests() {
    return (await this.#call("GET", `/_local/requests?${this.#query}`)).requests;
  }

  /**
   * Checks that such requests were received; rejects with what was received instead.
   * @param {Assertion} assertion
   * @returns {Promise<ReceivedRequest[]>}
   */
  async assertReceived(assertion) {
    const body = { ...this.#scoped, ...assertion };
    return (await this.#call("POST", "/_local/assertions", body)).requests;
  }

  /** Checks that every reply was taken, and that every request found one. */
  async assertScriptDone() {
    await this.#call("POST", "/_local/assertions", { script_done: true, ...this.#scoped });
  }

  /**
   * Has requests meet delays and random faults from now on, whoever asks.
   * @param {Weather} weather
   */
  async setWeather(weather) {
    await this.#call("PUT", "/_local/weather", weather);
  }

  /**
   * Tells what the clients did that they should not do.
   * @returns {Promise<Finding[]>}
   */
  async verdict() {
    return (await this.#call("GET", `/_local/verdict?${this.#query}`)).findings;
  }

  /**
   * Follows requests and answers as they come: `start`, and news of each `exchange`.
   * @returns {AsyncGenerator<[string, any]>}
   */
  async *events() {
    const answer = await fetch(`${this.url}/_local/events?${this.#query}`);
    let rest = "";
    const decoder = new TextDecoder();
    for await (const piece of /** @type {any} */ (answer.body)) {
      const events = (rest + decoder.decode(piece, { stream: true })).split("\n\n");
      rest = events.pop() ?? "";
      for (const event of events) {
        const [name, data] = event.split("\n").map((line) => line.slice(line.indexOf(": ") + 2));
        yield [name, JSON.parse(data)];
      }
    }
  }

  /** Has it forget script, limits and requests, or those of the scope. */
  async reset() {
    await this.#call("POST", `/_local/reset?${this.#query}`, {});
  }

  get #query() {
    return new URLSearchParams(this.#scoped);
  }

  get #scoped() {
    return this.scope === undefined ? {} : { scope: this.scope };
  }

  /** @param {{ match?: Match, [member: string]: any }} entry */
  async #script({ match, ...entry }) {
    const wanted = { ...this.#scoped, ...match };
    const matched = Object.keys(wanted).length ? { match: wanted } : {};
    await this.#call("POST", "/_local/script", { ...entry, ...matched });
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {object} [body]
   * @returns {Promise<any>}
   */
  async #call(method, path, body) {
    const answer = await fetch(this.url + path, {
      method,
      headers: { "content-type": "application/json" },
      body: body && JSON.stringify(body),
    });
    const read = await answer.json();
    if (!answer.ok) throw new Error(read.error.message);
    return read;
  }
}
