// The types of the API client, from the description that the server gives of itself:
//
//   node scripts/openapi.mjs openapi.json > src/api/generated.ts
//
// One type a schema, and one entry a route with its body and answer. tests/api holds the file against the running server.
import { readFileSync } from 'node:fs';

const document = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const nameOf = (reference) => reference.split('/').at(-1);
const quoted = (name) => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name));

function typeOf(schema, indent = '') {
  if (!schema || Object.keys(schema).every((key) => key === 'description')) return 'Json';
  if (schema.$ref) return nameOf(schema.$ref);
  const many = schema.anyOf ?? schema.oneOf;
  if (many) return [...new Set(many.map((one) => typeOf(one, indent)))].join(' | ');
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (Array.isArray(schema.type)) return schema.type.map((type) => typeOf({ ...schema, type }, indent)).join(' | ');
  switch (schema.type) {
    case 'string': return 'string';
    case 'integer':
    case 'number': return 'number';
    case 'boolean': return 'boolean';
    case 'null': return 'null';
    case 'array': {
      const item = typeOf(schema.items, indent);
      return item.includes('|') ? `(${item})[]` : `${item}[]`;
    }
    case 'object': {
      if (schema.properties) return objectOf(schema, indent);
      return schema.additionalProperties ? `Record<string, ${typeOf(schema.additionalProperties, indent)}>` : 'JsonObject';
    }
    default: throw new Error(`a schema that is not understood: ${JSON.stringify(schema)}`);
  }
}

function objectOf(schema, indent) {
  const inner = `${indent}  `;
  const required = new Set(schema.required ?? []);
  const lines = Object.entries(schema.properties).map(([name, value]) => {
    const said = value.description ? `${inner}/** ${value.description} */\n` : '';
    return `${said}${inner}${quoted(name)}${required.has(name) ? '' : '?'}: ${typeOf(value, inner)};`;
  });
  return lines.length === 0 ? 'Record<string, never>' : `{\n${lines.join('\n')}\n${indent}}`;
}

function routeOf(operation) {
  const success = Object.entries(operation.responses).find(([status]) => status.startsWith('2'))?.[1];
  const answer = success?.content?.['application/json']?.schema;
  const body = operation.requestBody?.content?.['application/json']?.schema;
  const nothing = operation.responses['204'] && answer ? ' | null' : '';
  return `{ body: ${body ? typeOf(body, '  ') : operation.requestBody ? 'Blob' : 'undefined'}; answer: ${answer ? typeOf(answer) : 'null'}${nothing} }`;
}

const out = [
  '// Made by scripts/openapi.mjs from the server’s description of its API (GET /api/v1/openapi.json). Not to be edited.',
  'export type Json = null | boolean | number | string | Json[] | { [key: string]: Json | undefined };',
  'export type JsonObject = { [key: string]: Json | undefined };',
  '',
];
for (const [name, schema] of Object.entries(document.components.schemas)) {
  const type = typeOf(schema);
  out.push(type.startsWith('{') && type.endsWith('}') ? `export interface ${name} ${type}\n` : `export type ${name} = ${type};\n`);
}
out.push('/** Method and path, as the server names them: what goes in and what comes back. */', 'export interface Routes {');
for (const [path, operations] of Object.entries(document.paths)) {
  for (const [method, operation] of Object.entries(operations)) {
    if (!operation.responses) continue;
    out.push(`  /** ${operation.summary} */`, `  ${JSON.stringify(`${method.toUpperCase()} ${path}`)}: ${routeOf(operation)};`);
  }
}
out.push('}', '');
process.stdout.write(out.join('\n'));
