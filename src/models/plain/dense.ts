import { glorotUniform } from '../initializers.js';
import { kept, type NumberArray, type PlainLayerKind, weightOf, withoutWeights, zeros } from './layer.js';

/**
 * A fully connected layer, y = x W + b: [batch, inputs] to [batch, units]. The kernel W [inputs, units] begins as Glorot
 * and Bengio (2010) draw it, the bias b [units] with zeros. Backward: dW = xᵀ dy, db = Σ dy, dx = dy Wᵀ.
 */
export const dense: PlainLayerKind<{ units: number }> = ({ units }, [inputs], random) => {
  const kernel = weightOf('kernel', glorotUniform([inputs, units], random));
  const bias = weightOf('bias', new Float64Array(units));
  let seen: NumberArray | null = null;
  return {
    ...withoutWeights,
    shape: [units],
    weights: [kernel, bias],
    forward(x) {
      seen = x;
      const y = zeros([x.shape[0], units]);
      for (let row = 0; row < x.shape[0]; row++) {
        for (let o = 0; o < units; o++) y.values[row * units + o] = bias.values[o];
        for (let i = 0; i < inputs; i++) {
          const value = x.values[row * inputs + i];
          for (let o = 0; o < units; o++) y.values[row * units + o] += value * kernel.values[i * units + o];
        }
      }
      return y;
    },
    backward(dy) {
      const x = kept(seen);
      const dx = zeros(x.shape);
      kernel.gradient.fill(0);
      bias.gradient.fill(0);
      for (let row = 0; row < x.shape[0]; row++) {
        for (let o = 0; o < units; o++) bias.gradient[o] += dy.values[row * units + o];
        for (let i = 0; i < inputs; i++) {
          const value = x.values[row * inputs + i];
          let sum = 0;
          for (let o = 0; o < units; o++) {
            const d = dy.values[row * units + o];
            kernel.gradient[i * units + o] += value * d;
            sum += d * kernel.values[i * units + o];
          }
          dx.values[row * inputs + i] = sum;
        }
      }
      return dx;
    },
  };
};
