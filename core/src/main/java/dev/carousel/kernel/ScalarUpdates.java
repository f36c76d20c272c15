package dev.carousel.kernel;

/** The optimisers' updates as plain loops, which the compiler vectorises. */
final class ScalarUpdates implements UpdateKernel {

    @Override
    public void descend(int from, int to, float[] w, float[] g, float rate) {
        for (int i = from; i < to; i++) {
            w[i] -= rate * g[i];
        }
    }

    @Override
    public void momentum(int from, int to, float[] w, float[] g, float[] m, float rate, float mu, boolean nesterov) {
        for (int i = from; i < to; i++) {
            m[i] = mu * m[i] + g[i];
            w[i] -= rate * (nesterov ? g[i] + mu * m[i] : m[i]);
        }
    }

    @Override
    public void rmsProp(int from, int to, float[] w, float[] g, float[] v, float rate, double rho, float epsilon) {
        float keep = (float) rho;
        float take = (float) (1 - rho);
        for (int i = from; i < to; i++) {
            v[i] = keep * v[i] + take * g[i] * g[i];
            w[i] -= rate * g[i] / ((float) Math.sqrt(v[i]) + epsilon);
        }
    }

    @Override
    public void adam(
            int from,
            int to,
            float[] w,
            float[] g,
            float[] m,
            float[] v,
            double beta1,
            double beta2,
            float rate,
            float correction,
            float epsilon,
            float keep) {
        float keepM = (float) beta1;
        float takeM = (float) (1 - beta1);
        float keepV = (float) beta2;
        float takeV = (float) (1 - beta2);
        for (int i = from; i < to; i++) {
            m[i] = keepM * m[i] + takeM * g[i];
            v[i] = keepV * v[i] + takeV * g[i] * g[i];
            w[i] = keep * w[i] - rate * m[i] / ((float) Math.sqrt(v[i]) * correction + epsilon);
        }
    }

    @Override
    public void addScaled(int from, int to, float[] g, float[] w, float factor) {
        for (int i = from; i < to; i++) {
            g[i] += factor * w[i];
        }
    }

    @Override
    public double sumOfSquares(int from, int to, float[] g) {
        double sum = 0;
        for (int i = from; i < to; i++) {
            sum += (double) g[i] * g[i];
        }
        return sum;
    }

    @Override
    public void scale(int from, int to, float[] g, float factor) {
        for (int i = from; i < to; i++) {
            g[i] *= factor;
        }
    }

    @Override
    public void clamp(int from, int to, float[] g, float limit) {
        for (int i = from; i < to; i++) {
            g[i] = Math.min(Math.max(g[i], -limit), limit);
        }
    }
}
