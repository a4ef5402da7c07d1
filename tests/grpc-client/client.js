// usage: node client.js SOCKET PROTO CALLS
// Calls a CSI driver. CALLS is JSON: a list of {call: "Node.NodePublishVolume", request: {...}, deadline: ms}, made one after the other, and of lists of such, made at once; @FILE is the content of a file.
// Prints as many answers, in the same form: {code, message, response, milliseconds}.
'use strict';
const fs = require('fs');
const grpc = require('@grpc/grpc-js');
const loader = require('@grpc/proto-loader');

const [socket, proto, calls] = process.argv.slice(2);
const csi = grpc.loadPackageDefinition(loader.loadSync(proto, { keepCase: true, longs: Number, enums: String, defaults: true, oneofs: true })).csi.v1;
const clients = {};

function call({ call: name, request, deadline }) {
  const [service, method] = name.split('.');
  clients[service] ??= new csi[service](`unix:${socket}`, grpc.credentials.createInsecure());
  const begin = process.hrtime.bigint();
  return new Promise(resolve => clients[service][method](request ?? {}, { deadline: Date.now() + (deadline ?? 90000) }, (error, response) => resolve({
    code: grpc.status[error ? error.code : 0],
    message: error ? error.details : '',
    response: response ?? null,
    milliseconds: Number(process.hrtime.bigint() - begin) / 1e6,
  })));
}

(async () => {
  const answers = [];
  for (const one of JSON.parse(calls.startsWith('@') ? fs.readFileSync(calls.slice(1), 'utf8') : calls)) {
    answers.push(Array.isArray(one) ? await Promise.all(one.map(call)) : await call(one));
  }
  console.log(JSON.stringify(answers));
  for (const client of Object.values(clients)) client.close();
})();
