// The selective scan (header: selectiveScan.ts) as two compute shaders. A workgroup of 256 = 16 states × 16 chunks of
// time runs one channel of one sequence. First every thread runs its chunk from the empty state and sums dt; the decay
// over a whole chunk is one exp(A sum dt), at most 1. Then each thread folds the chunks before its own into its true
// start and runs again. The backward shader does the same in reverse. States before every 16th step are saved; within
// such a segment the backward shader recomputes them. A model is a block of b sequences with parameters of its own.
// Sums over the states go through workgroup memory, so that any subgroup size gives the same numbers.

const shared = /* wgsl */ `
struct Dims { length: u32, channels: u32, states: u32, batch: u32, chunk: u32, perGroup: u32, segments: u32 }

/** log(1 + w) for w in [0, 1] as 2 atanh(w / (2 + w)); WGSL has no log1p. */
fn log1p01(w: f32) -> f32 {
  let s = w / (2.0 + w);
  let q = s * s;
  return s * ((((0.28191545605659485 * q + 0.2795766592025757) * q + 0.4002511501312256) * q + 0.6666631102561951) * q + 2.0);
}
fn softplus(x: f32) -> f32 { return max(x, 0.0) + log1p01(exp(-abs(x))); }
fn sigmoid(x: f32) -> f32 { return 1.0 / (1.0 + exp(-x)); }

/** Parameters of one channel: its n values of A, then D, then deltaBias. */
fn parameter(model: u32, channel: u32, index: u32) -> f32 {
  return params[(model * dims.channels + channel) * (dims.states + 2u) + index];
}
`

/** Bindings: u, delta, z, B, C, params; out, y, checkpoints; dims. Workgroups (channels, sequences). */
export const scanForwardShader = {
  name: 'mambacastScanForward',
  code: /* wgsl */ `
@group(0) @binding(0) var<storage, read> u: array<f32>;
@group(0) @binding(1) var<storage, read> delta: array<f32>;
@group(0) @binding(2) var<storage, read> z: array<f32>;
@group(0) @binding(3) var<storage, read> B: array<f32>;
@group(0) @binding(4) var<storage, read> C: array<f32>;
@group(0) @binding(5) var<storage, read> params: array<f32>;
@group(0) @binding(6) var<storage, read_write> result: array<f32>;
@group(0) @binding(7) var<storage, read_write> y: array<f32>;
@group(0) @binding(8) var<storage, read_write> checkpoints: array<f32>;
@group(0) @binding(9) var<uniform> dims: Dims;
${shared}
var<workgroup> dt: array<f32, 256>;     // [chunk][step]
var<workgroup> dtu: array<f32, 256>;    // [chunk][step]
var<workgroup> ends: array<f32, 256>;   // [chunk][state]
var<workgroup> sums: array<f32, 16>;    // [chunk]
var<workgroup> tile: array<f32, 2048>;  // [chunk][8 steps][state]

@compute @workgroup_size(256)
fn main(@builtin(local_invocation_index) local: u32, @builtin(workgroup_id) group: vec3<u32>) {
  let lane = local % 16u;  // a state, or a step of the segment
  let chunk = local / 16u;
  let channel = group.x;
  let model = group.y / dims.batch;
  let bias = parameter(model, channel, dims.states + 1u);
  let skip = parameter(model, channel, dims.states);
  let first = chunk * dims.chunk;
  for (var block = 0u; block < dims.states; block += 16u) {
    let state = block + lane;
    let present = state < dims.states;
    var A = 0.0;
    if (present) { A = parameter(model, channel, state); }
    var h = 0.0;
    var total = 0.0;
    for (var phase = 0u; phase < 2u; phase++) {
      for (var offset = 0u; offset < dims.chunk; offset += 16u) {
        let t = first + offset + lane;
        let row = group.y * dims.length + t;
        let at = row * dims.channels + channel;
        var step = 0.0;
        var ut = 0.0;
        if (t < dims.length) {
          ut = u[at];
          step = softplus(delta[at] + bias);
        }
        workgroupBarrier();
        dt[local] = step;
        dtu[local] = step * ut;
        workgroupBarrier();
        let start = first + offset;
        if (phase == 1u && present && start < dims.length) {
          checkpoints[((group.y * dims.segments + start / 16u) * dims.channels + channel) * dims.states + state] = h;
        }
        var sum = 0.0;
        for (var half = 0u; half < 2u; half++) {
          for (var i = 0u; i < 8u; i++) {
            let j = half * 8u + i;
            let d = dt[chunk * 16u + j];
            var b = 0.0;
            var c = 0.0;
            let stepRow = group.y * dims.length + start + j;
            if (present && start + j < dims.length) {
              b = B[stepRow * dims.states + state];
              c = C[stepRow * dims.states + state];
            }
            h = exp(d * A) * h + dtu[chunk * 16u + j] * b;
            total += d;
            if (phase == 1u) { tile[(chunk * 8u + i) * 16u + lane] = h * c; }
          }
          workgroupBarrier();
          if (phase == 1u && lane / 8u == half) {
            let begin = (chunk * 8u + lane % 8u) * 16u;
            for (var s = 0u; s < 16u; s++) { sum += tile[begin + s]; }
          }
          workgroupBarrier();
        }
        if (phase == 1u && t < dims.length) {
          if (block == 0u) { sum += skip * ut; } else { sum += y[at]; }
          y[at] = sum;
          if (block + 16u >= dims.states) { result[at] = sum * z[at] * sigmoid(z[at]); }
        }
      }
      if (phase == 0u) {
        ends[local] = h;
        if (lane == 0u) { sums[chunk] = total; }
        workgroupBarrier();
        h = 0.0;
        for (var k = 0u; k < chunk; k++) { h = exp(A * sums[k]) * h + ends[k * 16u + lane]; }
      }
    }
    workgroupBarrier();
  }
}`,
}

/**
 * Bindings: dy, u, delta, z, B, C, params, y, checkpoints; one output; dims. Workgroups (ceil(channels / perGroup),
 * sequences); each runs its channels one after the other and sums their dB and dC. The output holds, one after the other
 * with rows = sequences · length: du, ddelta, dz (rows, channels); dB, dC (groups, rows, states); and per sequence and
 * channel the gradients of the parameters (sequences, channels, states + 2).
 */
export const scanBackwardShader = {
  name: 'mambacastScanBackward',
  code: /* wgsl */ `
@group(0) @binding(0) var<storage, read> dy: array<f32>;
@group(0) @binding(1) var<storage, read> u: array<f32>;
@group(0) @binding(2) var<storage, read> delta: array<f32>;
@group(0) @binding(3) var<storage, read> z: array<f32>;
@group(0) @binding(4) var<storage, read> B: array<f32>;
@group(0) @binding(5) var<storage, read> C: array<f32>;
@group(0) @binding(6) var<storage, read> params: array<f32>;
@group(0) @binding(7) var<storage, read> y: array<f32>;
@group(0) @binding(8) var<storage, read> checkpoints: array<f32>;
@group(0) @binding(9) var<storage, read_write> gradients: array<f32>;
@group(0) @binding(10) var<uniform> dims: Dims;
${shared}
var<workgroup> dt: array<f32, 256>;          // [chunk][step]
var<workgroup> dtu: array<f32, 256>;         // [chunk][step]
var<workgroup> g: array<f32, 256>;           // [chunk][step], dL/dy before the gate
var<workgroup> ends: array<f32, 256>;        // [chunk][state]
var<workgroup> sums: array<f32, 16>;         // [chunk]
var<workgroup> tile: array<vec2<f32>, 1024>; // [chunk][4 steps][state]

@compute @workgroup_size(256)
fn main(
  @builtin(local_invocation_index) local: u32,
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
) {
  let lane = local % 16u;
  let chunk = local / 16u;
  let model = group.y / dims.batch;
  let first = chunk * dims.chunk;
  let rows = groups.y * dims.length;
  let wide = rows * dims.channels;
  let toB = 3u * wide + group.x * rows * dims.states;
  let toC = toB + groups.x * rows * dims.states;
  let toParams = 3u * wide + 2u * groups.x * rows * dims.states;
  let width = dims.states + 2u;
  for (var member = 0u; member < dims.perGroup; member++) {
  let channel = group.x * dims.perGroup + member;
  if (channel >= dims.channels) { break; }
  let bias = parameter(model, channel, dims.states + 1u);
  let skip = parameter(model, channel, dims.states);
  let toChannel = toParams + (group.y * dims.channels + channel) * width;
  var sumD = 0.0;
  var sumBias = 0.0;
  for (var block = 0u; block < dims.states; block += 16u) {
    let state = block + lane;
    let present = state < dims.states;
    let firstBlock = block == 0u;
    let lastBlock = block + 16u >= dims.states;
    var A = 0.0;
    if (present) { A = parameter(model, channel, state); }
    var carry = 0.0;  // exp(dt[t+1] A) G[t+1]
    var total = 0.0;
    var dA = 0.0;
    for (var phase = 0u; phase < 2u; phase++) {
      for (var left = dims.chunk; left > 0u; left -= 16u) {
        let start = first + left - 16u;
        let t = start + lane;
        let at = (group.y * dims.length + t) * dims.channels + channel;
        var raw = 0.0;
        var step = 0.0;
        var ut = 0.0;
        var gt = 0.0;
        if (t < dims.length) {
          ut = u[at];
          raw = delta[at] + bias;
          step = softplus(raw);
          let zt = z[at];
          let s = sigmoid(zt);
          gt = dy[at] * zt * s;
          if (phase == 1u && firstBlock) { gradients[2u * wide + at] = dy[at] * y[at] * s * (1.0 + zt * (1.0 - s)); }
        }
        workgroupBarrier();
        dt[local] = step;
        dtu[local] = step * ut;
        g[local] = gt;
        workgroupBarrier();
        if (phase == 0u) {
          for (var i = 16u; i > 0u; i--) {
            let j = i - 1u;
            var c = 0.0;
            if (present && start + j < dims.length) { c = C[(group.y * dims.length + start + j) * dims.states + state]; }
            let d = dt[chunk * 16u + j];
            carry = exp(d * A) * (g[chunk * 16u + j] * c + carry);
            total += d;
          }
          continue;
        }
        var decay: array<f32, 16>;
        var before: array<f32, 16>;
        var h = 0.0;
        if (present && start < dims.length) {
          h = checkpoints[((group.y * dims.segments + start / 16u) * dims.channels + channel) * dims.states + state];
        }
        for (var j = 0u; j < 16u; j++) {
          var b = 0.0;
          if (present && start + j < dims.length) { b = B[(group.y * dims.length + start + j) * dims.states + state]; }
          before[j] = h;
          decay[j] = exp(dt[chunk * 16u + j] * A);
          h = decay[j] * h + dtu[chunk * 16u + j] * b;
        }
        var sumB = 0.0;
        var sumA = 0.0;
        for (var quarter = 4u; quarter > 0u; quarter--) {
          for (var i = 4u; i > 0u; i--) {
            let j = (quarter - 1u) * 4u + i - 1u;
            let here = start + j;
            let inside = present && here < dims.length;
            let stepRow = (group.y * dims.length + here) * dims.states + state;
            var b = 0.0;
            var c = 0.0;
            if (inside) {
              b = B[stepRow];
              c = C[stepRow];
            }
            let gj = g[chunk * 16u + j];
            let G = gj * c + carry;
            carry = decay[j] * G;
            let k = carry * before[j];
            dA += k * dt[chunk * 16u + j];
            tile[(chunk * 4u + i - 1u) * 16u + lane] = vec2<f32>(G * b, k * A);
            if (inside) {
              var dB = G * dtu[chunk * 16u + j];
              var dC = gj * h;
              if (member > 0u) {
                dB += gradients[toB + stepRow];
                dC += gradients[toC + stepRow];
              }
              gradients[toB + stepRow] = dB;
              gradients[toC + stepRow] = dC;
            }
            h = before[j];
          }
          workgroupBarrier();
          if (lane / 4u == quarter - 1u) {
            let begin = (chunk * 4u + lane % 4u) * 16u;
            for (var s = 0u; s < 16u; s++) {
              sumB += tile[begin + s].x;
              sumA += tile[begin + s].y;
            }
          }
          workgroupBarrier();
        }
        if (t < dims.length) {
          let slope = select(1.0 - sigmoid(-raw), sigmoid(raw), raw < 0.0);
          var du = sumB * step;
          var ddelta = (sumB * ut + sumA) * slope;
          sumBias += ddelta;
          if (firstBlock) {
            du += gt * skip;
            sumD += gt * ut;
          } else {
            du += gradients[at];
            ddelta += gradients[wide + at];
          }
          gradients[at] = du;
          gradients[wide + at] = ddelta;
        }
      }
      if (phase == 0u) {
        workgroupBarrier();
        ends[local] = carry;
        if (lane == 0u) { sums[chunk] = total; }
        workgroupBarrier();
        carry = 0.0;
        for (var k = 15u; k > chunk; k--) { carry = exp(A * sums[k]) * carry + ends[k * 16u + lane]; }
      }
    }
    workgroupBarrier();
    ends[local] = dA;
    workgroupBarrier();
    if (chunk == 0u && present) {
      var sum = 0.0;
      for (var k = 0u; k < 16u; k++) { sum += ends[k * 16u + lane]; }
      gradients[toChannel + state] = sum;
    }
    if (lastBlock) {
      workgroupBarrier();
      dt[local] = sumD;
      dtu[local] = sumBias;
      workgroupBarrier();
      if (local < 2u) {
        var sum = 0.0;
        for (var k = 0u; k < 256u; k++) {
          if (local == 0u) { sum += dt[k]; } else { sum += dtu[k]; }
        }
        gradients[toChannel + dims.states + local] = sum;
      }
    }
    workgroupBarrier();
  }
  }
}`,
}
